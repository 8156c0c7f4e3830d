// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/mariadb_world.h"
// Last, as it names slip::test.
#include "tests/support/loop_mount.h"

namespace slip {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// What is left of data that was masked.
class MariadbForget : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  Result<std::string> run(const std::string& text) {
    return world().adapter().sql_scripts()->run_sql(one_, {.text = world().in_its_words(text)});
  }
  std::string value(const std::string& sql) { return world().one(one_, sql); }

  InstanceContext one_ = world().instance("ins_one", world().good());
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbForget, ::testing::ValuesIn(test::worlds()));

// Everything below a directory that can be read, in one text.
static std::string all_bytes_below(const fs::path& directory) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) all += read_file(entry.path(), 1 << 30).value_or("");
  }
  return all;
}

TEST_P(MariadbForget, ForgetsWhatWasOverwrittenInPagesLogsAndStatistics) {
  ASSERT_TRUE(ok(world().fill(one_)));
  ASSERT_TRUE(ok(bring_up(one_)));
  ASSERT_TRUE(ok(run(R"sql(
      CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(50), letter TEXT, KEY (name));
      INSERT INTO people SELECT seq, 'Erika Mustermann', REPEAT('Sehr geehrte Frau ', 500)
        FROM seq_1_to_100;
      ANALYZE TABLE people PERSISTENT FOR ALL;
      CREATE TABLE old (name VARCHAR(50)) ENGINE=Aria;
      INSERT INTO old VALUES ('Erika Mustermann');
      CREATE USER reader@'%' IDENTIFIED BY 'read';
      GRANT SELECT ON slip.* TO reader@'%';
      CREATE SEQUENCE numbers START WITH 7;
      CREATE DEFINER = reader@'%' VIEW short AS SELECT id FROM people WHERE id < 10;
      CREATE TRIGGER calm BEFORE UPDATE ON old FOR EACH ROW SET NEW.name = UPPER(NEW.name);
      CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM old WHERE name = 'gone';
      CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN 2 * n;
      CREATE DATABASE other;
      CREATE TABLE other.notes (t TEXT);
      INSERT INTO other.notes VALUES ('Erika Mustermann'))sql")));
  if (!world().is_mysql()) {
    ASSERT_TRUE(
        ok(run("CREATE SEQUENCE counting;\n"
               "CREATE TABLE counted (id BIGINT DEFAULT NEXTVAL(counting), v INT);\n"
               "INSERT INTO counted (v) VALUES (1);")));
  }
  ASSERT_TRUE(ok(stop(one_)));
  ASSERT_THAT(all_bytes_below(one_.directory), HasSubstr("Erika Mustermann"));
  one_.reach = Reach::hooks_only;
  ASSERT_TRUE(ok(bring_up(one_)));

  ASSERT_TRUE(
      ok(run("UPDATE people SET name = CONCAT('P', id), letter = '';\n"
             "UPDATE old SET name = 'somebody';\n"
             "TRUNCATE other.notes")));
  ASSERT_TRUE(ok(world().adapter().masking()->forget_the_past(one_, Timestamp{}, {})));

  ASSERT_TRUE(ok(stop(one_)));
  const std::string left = all_bytes_below(one_.directory);
  EXPECT_THAT(left, Not(HasSubstr("Erika Mustermann")));
  EXPECT_THAT(left, Not(HasSubstr("geehrte Frau Sehr")));
  one_.reach = Reach::everybody;
  ASSERT_TRUE(ok(bring_up(one_)));
  EXPECT_EQ(value("SELECT COUNT(*) FROM people"), "100");
  EXPECT_EQ(value("SELECT COUNT(*) FROM people WHERE name = 'P7'"), "1");
  EXPECT_EQ(value("SELECT name FROM old"), "SOMEBODY");
  EXPECT_EQ(value("SELECT COUNT(*) FROM short"), "9");
  if (!world().is_mysql()) {
    EXPECT_EQ(value("SELECT NEXT VALUE FOR numbers"), "7");
    EXPECT_EQ(value("SELECT v FROM counted"), "1");
  }
  EXPECT_EQ(value("SELECT twice(21)"), "42");
  EXPECT_EQ(value("SELECT COUNT(*) FROM information_schema.EVENTS"), "1");
  EXPECT_EQ(value("SELECT COUNT(*) FROM other.notes"), "0");
  EXPECT_TRUE(ok(world().log_in(one_, {.user = "reader", .password = "read"})));
}

// Whether there is too little for the dump or for the new data: it says so, and the masked data is
// where it was.
TEST_P(MariadbForget, LeavesTheDataInPlaceWhereThereIsNoRoomToMakeItAnew) {
  const test::LoopMount small = test::LoopMount::ext4(400 << 20);
  ::chmod(small.path().parent_path().c_str(), 0755);
  InstanceContext full = world().instance("ins_full", world().good());
  full.directory = test::folder_for_run_user(small.path(), "ins_full");
  ASSERT_TRUE(ok(world().fill(full)));
  ASSERT_TRUE(ok(bring_up(full)));
  world().sql(full, "CREATE TABLE letters (id INT, text LONGTEXT)");
  world().sql(full, "INSERT INTO letters SELECT seq, REPEAT('x', 1000000) FROM seq_1_to_10");
  for (const std::int64_t left : {std::int64_t{20} << 20, std::int64_t{2} << 20}) {
    SCOPED_TRACE(left);
    const fs::path ballast = small.path() / "ballast";
    const auto room = static_cast<std::int64_t>(fs::space(small.path()).available) - left;
    ASSERT_GT(room, 0);
    ASSERT_TRUE(ok(run_ok(
        Command{.argv = {"fallocate", "--length", std::to_string(room), ballast.string()}})));

    const auto forgotten = world().adapter().masking()->forget_the_past(full, Timestamp{}, {});

    fs::remove(ballast);
    for (const char* part : {"fresh", "system.sql", "tables.sql"}) {
      fs::remove_all(full.directory / part);
    }
    ASSERT_FALSE(forgotten);
    EXPECT_EQ(forgotten.error().code, ErrorCode::no_space)
        << forgotten.error().describe() << "\n"
        << forgotten.error().detail << "\n"
        << world().runtime().log(full.id, 1 << 14).value_or("");
    EXPECT_EQ(world().one(full, "SELECT COUNT(*) FROM letters"), "10");
  }
  ASSERT_TRUE(ok(stop(full)));
}

}  // namespace slip
