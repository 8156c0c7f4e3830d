// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/sqlite_catalog.h"

#include <sys/stat.h>

#include "base/file.h"
#include "tests/contract/catalog_contract.h"

namespace slip::test {
namespace {

class SqliteUnderTest final : public CatalogUnderTest {
 public:
  SqliteUnderTest() {
    auto opened = SqliteCatalog::open(directory_.path() / "catalog.db");
    if (!opened) throw std::runtime_error(opened.error().describe());
    catalog_ = *std::move(opened);
  }
  Catalog& catalog() override { return *catalog_; }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<SqliteCatalog> catalog_;
};

const CatalogMaker maker{[] { return std::make_unique<SqliteUnderTest>(); }};
INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogContract, ::testing::Values(maker));
INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogTimelines, ::testing::Values(maker));

class SqliteFile : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteCatalog> open() {
    auto opened = SqliteCatalog::open(path);
    if (!opened) throw std::runtime_error(opened.error().describe());
    return *std::move(opened);
  }

  TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "catalog.db";
};

TEST_F(SqliteFile, KeepsEverythingWhenOpenedAgain) {
  const Household home;
  {
    auto catalog = open();
    ASSERT_OK(catalog->write([&](CatalogUnit& unit) -> Result<> {
      TRY(home.put(unit));
      TRY(unit.events().append(bare_event("container")));
      return unit.operations().put(full_operation("1"));
    }));
  }

  auto catalog = open();
  ASSERT_OK(catalog->read([&](CatalogUnit& unit) -> Result<> {
    EXPECT_EQ(text_of(TRY(unit.containers().find_named("qa"))), text_of(home.container));
    EXPECT_EQ(text_of(TRY(unit.operations().find(OperationId("op_1")))),
              text_of(full_operation("1")));
    EXPECT_EQ(TRY(unit.events().last()), 1);
    return {};
  }));
}

TEST_F(SqliteFile, IsForItsOwnerAloneAndTidiedAtTheEnd) {
  const auto mode_of = [](const std::filesystem::path& file) {
    struct stat status = {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
    return status.st_mode & 07777;
  };
  {
    auto catalog = open();
    ASSERT_OK(catalog->write([](CatalogUnit& unit) { return unit.users().put(full_user("qa")); }));
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_EQ(mode_of(path.string() + "-wal"), 0600U);
    ASSERT_OK(catalog->read([](CatalogUnit& unit) { return unit.users().all(); }));
  }
  EXPECT_FALSE(std::filesystem::exists(path.string() + "-wal"));
}

TEST_F(SqliteFile, SaysThatAFileIsNoCatalog) {
  ASSERT_OK(write_file_durably(path, std::string(8192, 'x')));
  EXPECT_ERROR(SqliteCatalog::open(path), unavailable);
}

TEST_F(SqliteFile, SaysThatItsDirectoryIsMissing) {
  EXPECT_ERROR(SqliteCatalog::open(directory.path() / "none" / "catalog.db"), not_found);
}

}  // namespace
}  // namespace slip::test
