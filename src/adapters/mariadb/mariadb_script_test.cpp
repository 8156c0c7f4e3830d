// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/mariadb_world.h"

namespace slip {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A copy that runs, for scripts.
class MariadbScript : public AdapterTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ok(world().fill(one_)));
    ASSERT_TRUE(ok(bring_up(one_)));
  }
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  Result<std::string> run(const std::string& text, Duration limit = std::chrono::minutes(1)) {
    return world().adapter().sql_scripts()->run_sql(one_, {.text = text, .time_limit = limit});
  }
  std::string value(const std::string& sql) { return world().one(one_, sql); }

  InstanceContext one_ = world().instance("ins_one", world().good());
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbScript, testing::ValuesIn(test::worlds()));

TEST_P(MariadbScript, SaysWhatItsStatementsSay) {
  const auto ran =
      run("CREATE TABLE t (a INT, b TEXT);\n"
          "INSERT INTO t VALUES (1, 'x'), (2, NULL);\n"
          "SELECT * FROM t;\n"
          "DROP TABLE IF EXISTS nothing;\n"
          "UPDATE t SET a = a + 1");

  ASSERT_TRUE(ok(ran));
  EXPECT_THAT(*ran, HasSubstr("1\tx\n2\tNULL\n"));
  EXPECT_THAT(*ran, HasSubstr("Unknown table 'slip.nothing'"));
  EXPECT_EQ(value("SELECT SUM(a) FROM t"), "5");
}

TEST_P(MariadbScript, WritesWhereOthersOnlyLook) {
  ASSERT_TRUE(ok(stop(one_)));
  one_.purpose = Purpose::look;
  ASSERT_TRUE(ok(bring_up(one_)));

  ASSERT_TRUE(ok(run("CREATE TABLE t (a INT); INSERT INTO t VALUES (7)")));

  EXPECT_EQ(value("SELECT a FROM t"), "7");
}

TEST_P(MariadbScript, NamesTheLineThatIsWrong) {
  const auto ran = run("SELECT 'größer';\n\nSELECT b FROM nowhere;\n");

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().message, "line 3: Table 'slip.nowhere' doesn't exist");
  EXPECT_THAT(ran.error().detail, HasSubstr("größer"));
}

TEST_P(MariadbScript, DoesAllOfItsRowsOrNone) {
  ASSERT_TRUE(ok(run("CREATE TABLE t (a INT)")));

  EXPECT_FALSE(run("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); SELECT * FROM nowhere"));

  EXPECT_EQ(value("SELECT COUNT(*) FROM t"), "0");
}

TEST_P(MariadbScript, TakesRoutinesAsPeopleWriteThem) {
  ASSERT_TRUE(
      ok(run("CREATE TABLE t (a INT);\n"
             "DELIMITER $$\n"
             "CREATE PROCEDURE fill(n INT) BEGIN\n"
             "  WHILE n > 0 DO INSERT INTO t VALUES (n); SET n = n - 1; END WHILE;\n"
             "END $$\n"
             "CALL fill(3)\n")));

  EXPECT_EQ(value("SELECT COUNT(*) FROM t"), "3");
}

// The client has commands that start programs and read files.
TEST_P(MariadbScript, StartsNoProgramAndReadsNoFileOfTheMachine) {
  const fs::path trace = world().files() / "trace";

  (void)run("\\! touch " + trace.string() + "\n").has_value();
  (void)run("system touch " + trace.string() + "\n").has_value();
  (void)run("tee " + trace.string() + "\n").has_value();
  EXPECT_FALSE(fs::exists(trace));

  ASSERT_TRUE(ok(run("CREATE TABLE t (a TEXT)")));
  EXPECT_FALSE(run("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t"));
}

TEST_P(MariadbScript, EndsOneThatWaitsForALock) {
  ASSERT_TRUE(ok(run("CREATE TABLE t (a INT)")));
  auto other = world().log_in(one_, one_.login);
  ASSERT_TRUE(ok(other));
  ASSERT_TRUE(ok(other->query("LOCK TABLE t WRITE")));

  const auto ran =
      run("SET lock_wait_timeout = 86400;\nSELECT 'begun';\nINSERT INTO t VALUES (1);\n",
          std::chrono::seconds(1));

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::timed_out);
  EXPECT_EQ(ran.error().message, "it did not end within 1 s");
  EXPECT_THAT(ran.error().detail, HasSubstr("begun"));
  const auto left =
      other->query("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT%'");
  ASSERT_TRUE(ok(left));
  EXPECT_EQ(left->front().front(), "0");
}

TEST_P(MariadbScript, EndsOneThatIsNoLongerWanted) {
  const auto ran = world().adapter().sql_scripts()->run_sql(
      one_, {.text = "SELECT SLEEP(60)", .keep_going = [] { return false; }});
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::canceled);
}

// What a hook does to a running branch is part of its history.
TEST_P(MariadbScript, IsInTheLogThatAMomentIsReplayedFrom) {
  ASSERT_TRUE(ok(run("CREATE TABLE t (a INT)")));
  const auto before = world().gtids(one_);
  ASSERT_TRUE(ok(run("INSERT INTO t VALUES (1)")));
  EXPECT_NE(world().gtids(one_), before);
}

// One nobody but hooks can reach.
TEST_P(MariadbScript, ListensInItsOwnDirectoryOnlyWhereDataIsNotMaskedYet) {
  ASSERT_TRUE(ok(stop(one_)));
  one_.reach = Reach::hooks_only;
  ASSERT_TRUE(ok(bring_up(one_)));

  EXPECT_TRUE(ok(run("SELECT 1")));
  EXPECT_FALSE(world().log_in(one_, one_.login));
  const auto env = world().adapter().as_sibling(one_).env;
  EXPECT_EQ(env.at("SOCKET"), (one_.directory / "run/server.sock").string());
  const std::string client = world().program(world().dialect().client);
  const auto prefix = fs::path(client).parent_path().parent_path();
  const auto by_socket = world().runtime().run_once(
      InstanceId("ins_hook"),
      {.spec = {.argv = {client, "--no-defaults", "--protocol=socket", "-N", "-e", "SELECT 41 + 1",
                         "--socket=" + env.at("SOCKET"), "--user=" + env.at("USER")},
                .env = {{"PATH", "/usr/bin:/bin"}, {"MYSQL_PWD", env.at("PASSWORD")}},
                .working_directory = one_.directory,
                .writable = {one_.directory},
                .readable = {prefix}}});
  ASSERT_TRUE(ok(by_socket));
  EXPECT_EQ(by_socket->output, "42\n");
}

}  // namespace slip
