// SPDX-License-Identifier: Apache-2.0
// A disk may change any byte of the catalog: it is noticed at the start, or does no harm.

#include <fstream>
#include <random>

#include "base/file.h"
#include "catalog/sqlite/connection.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "tests/contract/catalog_records.h"

namespace slip::test {
namespace {

namespace fs = std::filesystem;

constexpr int places_each = 100;

// All rows of all tables, but for what counts the writes.
std::string content_of(const fs::path& path) {
  auto connection = sqlite::Connection::open(path, sqlite::ConnectionMode::read).value();
  std::string text;
  const auto rows_of = [&](const std::string& sql) {
    const auto rows = connection->query(sql);
    for (const auto& row : *rows) {
      for (const auto& value : row) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) text += std::to_string(*number);
        if (const auto* words = std::get_if<std::string>(&value)) text += *words;
        text += "|";
      }
      text += "\n";
    }
  };
  const auto tables =
      connection->query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  for (const auto& table : *tables) {
    rows_of("SELECT * FROM \"" + std::get<std::string>(table.at(0)) + "\" ORDER BY sequence");
  }
  rows_of("SELECT name, sql FROM sqlite_schema ORDER BY name");
  return text;
}

Result<> write_some(Catalog& catalog, int first, int count) {
  for (int number = first; number < first + count; ++number) {
    TRY(catalog.write([&](CatalogUnit& unit) -> Result<> {
      TRY(unit.users().put(full_user(std::to_string(number))));
      TRY(unit.operations().put(full_operation(std::to_string(number))));
      return unit.events().append(bare_event("operation"));
    }));
  }
  return {};
}

class DamagedCatalogs : public ::testing::Test {
 protected:
  fs::path catalog() const { return original() / "catalog.db"; }
  fs::path original() const { return directory_.path() / "original"; }
  fs::path copy() const { return directory_.path() / "copy"; }

  void copy_original() {
    fs::remove_all(copy());
    fs::copy(original(), copy());
  }

  void change_a_byte(const fs::path& file, std::uintmax_t place) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(place));
    const int before = stream.get();
    const int change = std::uniform_int_distribution<int>(1, 255)(random_);
    stream.seekp(static_cast<std::streamoff>(place));
    stream.put(static_cast<char>(before ^ change));
  }

  // Changes a byte at each of so many places of `name`; fails where that was neither noticed nor
  // harmless.
  void try_places(const std::string& name, const std::string& content) {
    const auto size = fs::file_size(original() / name);
    int noticed = 0;
    for (int round = 0; round < places_each; ++round) {
      copy_original();
      const auto place = std::uniform_int_distribution<std::uintmax_t>(0, size - 1)(random_);
      change_a_byte(copy() / name, place);
      const std::string before = read_file(copy() / name, 64 << 20).value();
      auto opened = SqliteCatalog::open(copy() / "catalog.db");
      if (!opened) {
        ++noticed;
        // What can still be saved from it is.
        EXPECT_TRUE(read_file(copy() / name, 64 << 20).value() == before) << place;
        continue;
      }
      opened->reset();
      EXPECT_EQ(content_of(copy() / "catalog.db"), content) << name << " at " << place;
    }
    RecordProperty(name + " noticed", noticed);
    std::cout << name << ": " << places_each << " places, " << noticed << " noticed, "
              << places_each - noticed << " harmless\n";
    EXPECT_GT(noticed, places_each / 4);
  }

  const TemporaryDirectory directory_;
  std::mt19937_64 random_{20261129};
};

TEST_F(DamagedCatalogs, AreNoticedOrHarmlessWhereverAByteOfTheFileIsChanged) {
  fs::create_directory(original());
  {
    const auto made = SqliteCatalog::open(catalog());
    ASSERT_OK(made);
    ASSERT_OK(write_some(**made, 1, 60));
  }
  try_places("catalog.db", content_of(catalog()));
}

TEST_F(DamagedCatalogs, AreNoticedOrHarmlessWhereverAByteOfTheLogIsChanged) {
  fs::create_directory(original());
  const fs::path living = directory_.path() / "catalog.db";
  {
    auto catalog = SqliteCatalog::open(living);
    ASSERT_OK(catalog);
    ASSERT_OK(write_some(**catalog, 1, 40));
    for (const char* part : {"", "-wal", ".commits"}) {
      fs::copy_file(living.string() + part, original() / ("catalog.db" + std::string(part)));
    }
  }
  try_places("catalog.db-wal", content_of(living));
}

TEST_F(DamagedCatalogs, AreNotOpenedWithoutTheLogThatTheyHad) {
  const fs::path living = directory_.path() / "catalog.db";
  fs::create_directory(copy());
  auto catalog = SqliteCatalog::open(living);
  ASSERT_OK(catalog);
  ASSERT_OK(write_some(**catalog, 1, 5));
  for (const char* part : {"", ".commits"}) {
    fs::copy_file(living.string() + part, copy() / ("catalog.db" + std::string(part)));
  }

  const auto opened = SqliteCatalog::open(copy() / "catalog.db");

  ASSERT_ERROR(opened, unavailable);
}

TEST_F(DamagedCatalogs, HaveCopiesThatAreCheckedWithoutBeingTouched) {
  const fs::path living = directory_.path() / "catalog.db";
  const fs::path copied = directory_.path() / "a copy? 100% #1";
  auto catalog = SqliteCatalog::open(living);
  ASSERT_OK(catalog);
  ASSERT_OK(write_some(**catalog, 1, 20));

  const auto commits = (*catalog)->copy_to(copied);

  ASSERT_OK(commits);
  EXPECT_EQ(*commits, (*catalog)->commits());
  EXPECT_EQ(SqliteCatalog::check(copied).value(), *commits);
  EXPECT_FALSE(fs::exists(copied.string() + "-wal"));
  EXPECT_FALSE(fs::exists(copied.string() + "-shm"));
  change_a_byte(copied, fs::file_size(copied) - 200);
  EXPECT_ERROR(SqliteCatalog::check(copied), unavailable);
}

}  // namespace
}  // namespace slip::test
