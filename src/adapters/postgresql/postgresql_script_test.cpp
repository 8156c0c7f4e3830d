// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/postgresql_world.h"

namespace slip {

using testing::HasSubstr;
using testing::Not;

// A copy that runs, for scripts.
class PostgresqlScript : public AdapterTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ok(ingest(one_)));
    ASSERT_TRUE(ok(bring_up(one_)));
  }
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  Result<std::string> run(const std::string& text, Duration limit = std::chrono::minutes(1)) {
    return world().adapter().sql_scripts()->run_sql(one_, {.text = text, .time_limit = limit});
  }
  std::string value(const std::string& sql) {
    const auto rows = world().sql(one_, sql);
    return rows.empty() ? "(none)" : rows.front().front().value_or("(null)");
  }

  InstanceContext one_ = world().instance("ins_one", world().good());
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlScript, testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlScript, SaysWhatPsqlWouldSay) {
  const auto ran =
      run("CREATE TABLE t (a int, b text);\n"
          "INSERT INTO t VALUES (1, 'x'), (2, NULL);\n"
          "SELECT * FROM t;\n"
          "DO $$ BEGIN RAISE NOTICE 'half way'; END $$;\n"
          "UPDATE t SET a = a + 1");

  ASSERT_TRUE(ok(ran));
  EXPECT_THAT(*ran, testing::StartsWith("CREATE TABLE\nINSERT 0 2\n1 | x\n2 | \n"));
  EXPECT_THAT(*ran, HasSubstr("SELECT 2\n"));
  EXPECT_THAT(*ran, HasSubstr("NOTICE:  half way\n"));
  EXPECT_THAT(*ran, testing::EndsWith("DO\nUPDATE 2\n"));
}

TEST_P(PostgresqlScript, NamesTheLineThatIsWrong) {
  const auto ran = run("SELECT 'größer';\n\nSELECT b FROM nowhere;\n");

  ASSERT_FALSE(ran);
  EXPECT_THAT(ran.error().message, HasSubstr("line 3: relation \"nowhere\" does not exist"));
}

TEST_P(PostgresqlScript, RunsWhatCannotBePartOfATransaction) {
  EXPECT_TRUE(ok(run("VACUUM")));
  EXPECT_TRUE(ok(run("CREATE DATABASE more")));
}

TEST_P(PostgresqlScript, RefusesACopyThatNobodyWouldFeed) {
  ASSERT_TRUE(ok(run("CREATE TABLE t (a int)")));
  const auto fed = run("COPY t FROM STDIN", std::chrono::seconds(10));
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::failed);
  EXPECT_TRUE(ok(run("COPY t TO STDOUT", std::chrono::seconds(10))));
}

// People may turn timeouts off, and wait for locks: it ends all the same.
TEST_P(PostgresqlScript, EndsOneThatWaitsForALockOfItsOwn) {
  ASSERT_TRUE(ok(run("CREATE TABLE t (a int)")));
  auto other = world().log_in(one_, one_.login);
  ASSERT_TRUE(ok(other));
  ASSERT_TRUE(ok(other->query("BEGIN")));
  ASSERT_TRUE(ok(other->query("LOCK TABLE t")));

  const auto ran =
      run("SET statement_timeout = 0; SET lock_timeout = 0; DROP TABLE t", std::chrono::seconds(1));

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::timed_out);
  EXPECT_EQ(value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SET statement%'"), "0");
}

TEST_P(PostgresqlScript, LeavesNoTraceOfItselfInTheLog) {
  ASSERT_TRUE(ok(run("ALTER SYSTEM SET log_statement = 'all'")));
  ASSERT_TRUE(ok(run("SELECT pg_reload_conf()")));
  EXPECT_TRUE(ok(run("SELECT 'very secret'")));
  EXPECT_FALSE(run("SELECT 'very secret' FROM nowhere"));

  EXPECT_THAT(*world().runtime().log(one_.id, 1 << 20), Not(HasSubstr("very secret")));
}

// One nobody but hooks can reach.
TEST_P(PostgresqlScript, ListensInItsOwnDirectoryOnlyWhereDataIsNotMaskedYet) {
  ASSERT_TRUE(ok(stop(one_)));
  one_.reach = Reach::hooks_only;
  ASSERT_TRUE(ok(bring_up(one_)));

  EXPECT_TRUE(ok(run("SELECT 1")));
  EXPECT_FALSE(world().log_in(one_, one_.login));
  const auto env = world().adapter().as_sibling(one_).env;
  EXPECT_EQ(env.at("HOST"), (one_.directory / "run").string());
  const std::string psql = world().server().program("psql");
  if (!std::filesystem::exists(psql)) GTEST_SKIP() << "this version came without psql";
  const auto by_url = world().runtime().run_once(
      InstanceId("ins_hook"), {.spec = {.argv = {psql, "-Atc", "SELECT 41 + 1", env.at("URL")},
                                        .env = {{"PATH", "/usr/bin:/bin"}},
                                        .working_directory = one_.directory,
                                        .writable = {one_.directory},
                                        .readable = {world().server().prefix()}}});
  ASSERT_TRUE(ok(by_url));
  EXPECT_EQ(by_url->output, "42\n");
}

// Everything below a directory that can be read, in one text.
std::string all_bytes_below(const std::filesystem::path& directory) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) all += read_file(entry.path(), 1 << 30).value_or("");
  }
  return all;
}

TEST_P(PostgresqlScript, ForgetsWhatWasOverwrittenInPagesLogsAndStatistics) {
  ASSERT_TRUE(ok(run(R"sql(
      CREATE TABLE people (id int PRIMARY KEY, name text, letter text);
      CREATE INDEX ON people (name);
      INSERT INTO people SELECT i, 'Erika Mustermann', repeat('Sehr geehrte Frau ', 500)
        FROM generate_series(1, 100) i;
      ANALYZE people)sql")));
  ASSERT_TRUE(ok(stop(one_)));
  ASSERT_THAT(all_bytes_below(one_.directory), HasSubstr("Erika Mustermann"));
  ASSERT_TRUE(ok(bring_up(one_)));
  const Timestamp began = machine_time();

  ASSERT_TRUE(ok(run("UPDATE people SET name = 'P' || id, letter = ''")));
  ASSERT_TRUE(ok(world().adapter().masking()->forget_the_past(one_, began, {})));

  EXPECT_EQ(value("SELECT count(*) FROM people WHERE name = 'P7'"), "1");
  ASSERT_TRUE(ok(stop(one_)));
  EXPECT_THAT(all_bytes_below(one_.directory), Not(HasSubstr("Erika Mustermann")));
  EXPECT_THAT(all_bytes_below(one_.directory), Not(HasSubstr("geehrte Frau Sehr")));
  ASSERT_TRUE(ok(bring_up(one_)));
  EXPECT_EQ(value("SELECT count(*) FROM people"), "100");
}

}  // namespace slip
