// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <fstream>

#include "base/file.h"
#include "catalog/sqlite/migrations.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "tests/contract/catalog_records.h"

namespace slip::sqlite {
namespace {

constexpr Migration first{.number = 1, .name = "0001_a", .sql = "CREATE TABLE a (x INTEGER)"};
constexpr Migration second{
    .number = 2, .name = "0002_b", .sql = "CREATE TABLE b (x INTEGER); INSERT INTO a VALUES (2)"};
constexpr Migration faulty{.number = 2,
                           .name = "0002_b",
                           .sql = "INSERT INTO a VALUES (3); INSERT INTO nothing VALUES (1)"};
constexpr Migration dangling{
    .number = 2,
    .name = "0002_b",
    .sql = "CREATE TABLE c (x TEXT REFERENCES a (x)); INSERT INTO c VALUES ('nowhere')"};

class SchemaMigrations : public ::testing::Test {
 protected:
  SchemaMigrations() { std::ofstream(path).flush(); }

  std::unique_ptr<Connection> open() {
    auto opened = Connection::open(path, ConnectionMode::write);
    if (!opened) throw std::runtime_error(opened.error().describe());
    return *std::move(opened);
  }

  Result<> migrate_to(const std::vector<Migration>& known) { return migrate(*open(), path, known); }

  std::int64_t number(const std::string& sql) {
    const auto found = open()->number(sql);
    EXPECT_OK(found);
    return found ? *found : -1;
  }

  TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "catalog.db";
};

TEST_F(SchemaMigrations, AreNumberedFromOneWithoutGaps) {
  int number = 0;
  for (const Migration& migration : migrations()) EXPECT_EQ(migration.number, ++number);
  EXPECT_GE(number, 1);
}

TEST_F(SchemaMigrations, MakeANewDatabaseWithoutACopy) {
  ASSERT_OK(migrate_to({first, second}));

  EXPECT_EQ(number("PRAGMA user_version"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM a"), 1);
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".before-1"));
}

TEST_F(SchemaMigrations, CopyAnExistingDatabaseBeforeTheyChangeIt) {
  ASSERT_OK(migrate_to({first}));
  ASSERT_OK(migrate_to({first, second}));

  const std::filesystem::path copy = path.string() + ".before-2";
  struct stat status = {};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  auto copied = Connection::open(copy, ConnectionMode::write);
  ASSERT_OK(copied);
  EXPECT_EQ((*copied)->number("PRAGMA user_version").value_or(-1), 1);
  EXPECT_EQ((*copied)->number("SELECT count(*) FROM a").value_or(-1), 0);
  EXPECT_FALSE(std::filesystem::exists(copy.string() + ".partial"));
}

TEST_F(SchemaMigrations, LeaveTheOldSchemaWhenTheyFail) {
  ASSERT_OK(migrate_to({first}));

  const Result<> failed = migrate_to({first, faulty});

  ASSERT_ERROR(failed, internal);
  EXPECT_THAT(failed.error().describe(), ::testing::HasSubstr("0002_b"));
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM a"), 0);
  EXPECT_OK(migrate_to({first, second}));
}

TEST_F(SchemaMigrations, RefuseToLeaveReferencesToNothing) {
  ASSERT_OK(migrate_to({Migration{
      .number = 1, .name = "0001_a", .sql = "CREATE TABLE a (x TEXT PRIMARY KEY) STRICT"}}));
  EXPECT_ERROR(migrate_to({first, dangling}), internal);
  EXPECT_EQ(number("PRAGMA user_version"), 1);
}

TEST_F(SchemaMigrations, RefuseANewerSchema) {
  ASSERT_OK(migrate_to({first, second}));

  const Result<> refused = migrate_to({first});

  ASSERT_ERROR(refused, unsupported);
  EXPECT_EQ(refused.error().message,
            "this catalog was written by a newer version (schema 2; this one knows up to 1)");
}

TEST_F(SchemaMigrations, RefuseTheDatabaseOfAnotherProgram) {
  ASSERT_OK(open()->run_script("CREATE TABLE theirs (x INTEGER)"));
  EXPECT_ERROR(SqliteCatalog::open(path), unsupported);
}

}  // namespace
}  // namespace slip::sqlite
