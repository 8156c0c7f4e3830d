// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/postgresql/postgresql_world.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

using ::testing::HasSubstr;

// Owners of copies who do as they like: we get in all the same, and say what they have done.
class PostgresqlOwner : public AdapterTest {
 protected:
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void SetUp() override {
    one_ = world().instance("ins_one", world().with({{"database", "orders"}}));
    ASSERT_OK(ingest(one_));
    ASSERT_OK(bring_up(one_));
  }
  void sql(const std::string& statement) { world().sql(one_, statement, {}, "orders"); }
  std::string asked(const std::string& statement) {
    const auto rows = world().sql(one_, statement, {}, "orders");
    return rows.empty() ? "" : rows.front().front().value_or("");
  }
  // What snapshots, hooks and people need of us.
  void expect_that_we_get_in() {
    EXPECT_OK(adapter().flush(one_));
    EXPECT_OK(adapter().position(one_));
    EXPECT_OK(adapter().sql_scripts()->run_sql(one_, {.text = "SELECT 1"}));
  }

  InstanceContext one_;
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlOwner,
                         ::testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlOwner, LocksOurRole) {
  for (const char* act : {"ALTER ROLE slipstream NOLOGIN", "ALTER ROLE slipstream NOSUPERUSER",
                          "ALTER ROLE slipstream RENAME TO theirs"}) {
    SCOPED_TRACE(act);
    // The first superuser of an empty source is our role, which may not be demoted.
    if (world().log_in(one_, one_.login, "orders")->query(act)) expect_that_we_get_in();
  }
}

TEST_P(PostgresqlOwner, ClosesTheUsualDatabases) {
  sql("ALTER DATABASE template1 ALLOW_CONNECTIONS false");
  sql("ALTER DATABASE postgres RENAME TO another");
  expect_that_we_get_in();
  sql("ALTER DATABASE another ALLOW_CONNECTIONS false");
  expect_that_we_get_in();
}

// Whoever is let in then is nobody who could let us in; a start needs nobody's leave.
TEST_P(PostgresqlOwner, LocksEveryoneWhoCouldLetUsIn) {
  const std::string demote = "ALTER ROLE slip NOSUPERUSER";
  const std::vector<std::vector<std::string>> cases = {
      {"ALTER ROLE slipstream NOLOGIN", demote},
      {"ALTER ROLE slipstream RENAME TO theirs", demote},
      {"ALTER ROLE slipstream VALID UNTIL 'yesterday' CONNECTION LIMIT 0 NOLOGIN",
       "ALTER ROLE slip NOLOGIN"},
      {"ALTER DATABASE template1 ALLOW_CONNECTIONS false",
       "ALTER DATABASE postgres ALLOW_CONNECTIONS false",
       "UPDATE pg_database SET datallowconn = false WHERE datname = 'orders'"},
      {"ALTER DATABASE template1 ALLOW_CONNECTIONS false", "DROP DATABASE postgres",
       "UPDATE pg_database SET datallowconn = false WHERE datname = 'orders'"}};
  sql("CREATE TABLE kept AS SELECT 1 AS n");
  ASSERT_OK(stop(one_));
  const auto base = world().instance("ins_base", one_.config);
  copy(one_, base);
  for (const auto& acts : cases) {
    SCOPED_TRACE(acts.front());
    std::filesystem::remove_all(one_.directory / "data");
    copy(base, one_);
    ASSERT_OK(bring_up(one_));
    {
      auto session = world().log_in(one_, one_.login, "orders");
      ASSERT_OK(session);
      for (const auto& act : acts) ASSERT_OK(session->query(act)) << act;
    }
    const auto refused = adapter().admits(one_);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("no longer lets Slipstream in"));
    EXPECT_THAT(refused.error().hint, HasSubstr("a restart of the branch"));
    // As by a power cut, where no standby may begin.
    ASSERT_OK(world().runtime().stop(one_.id, Duration(0)));

    const auto again = bring_up(one_);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::permission_denied);
    ASSERT_OK(stop(one_));
    ASSERT_OK(bring_up(one_));

    EXPECT_OK(adapter().flush(one_));
    EXPECT_OK(adapter().position(one_));
    EXPECT_EQ(world().sql(one_, "SELECT rolsuper FROM pg_roles WHERE rolname = 'slip'")[0][0], "t");
    ASSERT_OK(stop(one_));
  }
}

TEST_P(PostgresqlOwner, TakesAllConnections) {
  sql("ALTER SYSTEM SET max_connections = 12");
  ASSERT_OK(stop(one_));
  ASSERT_OK(bring_up(one_));
  std::vector<postgresql::Session> taken;
  for (;;) {
    auto another = world().log_in(one_, one_.login, "orders");
    if (!another) break;
    taken.push_back(*std::move(another));
  }
  ASSERT_GE(taken.size(), 8U);
  EXPECT_OK(adapter().flush(one_));
  EXPECT_OK(adapter().position(one_));
  EXPECT_OK(adapter().admits(one_));
}

TEST_P(PostgresqlOwner, WritesAWrongHostBasedAuthentication) {
  sql("COPY (SELECT 'nonsense') TO '" + asked("SHOW data_directory") + "/pg_hba.conf'");
  sql("SELECT pg_reload_conf()");
  expect_that_we_get_in();
  ASSERT_OK(stop(one_));
  ASSERT_OK(bring_up(one_));
  EXPECT_OK(adapter().admits(one_));
}

// Production's, or the owner's.
TEST_P(PostgresqlOwner, SetsTimeLimitsForEverybody) {
  // The owner's own sessions here get through within such a time.
  for (const std::string limit : {"statement_timeout", "lock_timeout", "idle_session_timeout",
                                  "idle_in_transaction_session_timeout", "transaction_timeout"}) {
    if (asked("SELECT count(*) FROM pg_settings WHERE name = '" + limit + "'") == "0") continue;
    sql("ALTER DATABASE orders SET " + limit + " = '500ms'");
    sql("ALTER ROLE slipstream SET " + limit + " = '500ms'");
    sql("ALTER SYSTEM SET " + limit + " = '500ms'");
  }
  sql("ALTER ROLE slipstream SET session_preload_libraries = 'nowhere'");
  sql("SELECT pg_reload_conf()");
  EXPECT_OK(adapter().sql_scripts()->run_sql(
      one_, {.text = "BEGIN; SELECT pg_sleep(0.8); SELECT pg_sleep(0.8); COMMIT"}));
  ASSERT_OK(stop(one_));
  ASSERT_OK(bring_up(one_));
}

TEST_P(PostgresqlOwner, IsToldWhatIsWrongWithTheAddress) {
  EXPECT_OK(adapter().admits(one_));
  sql("ALTER ROLE slip PASSWORD 'another'");
  auto refused = adapter().admits(one_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().message, HasSubstr("password"));

  // As a start does: which gives the login its own again.
  ASSERT_OK(adapter().ready(one_));
  EXPECT_OK(adapter().admits(one_));

  world().sql(one_, "ALTER DATABASE orders RENAME TO sales");
  refused = adapter().admits(one_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_THAT(refused.error().message, HasSubstr("the database \"orders\" is not there"));
  world().sql(one_, "ALTER DATABASE sales RENAME TO orders");

  ASSERT_OK(adapter().sql_scripts()->run_sql(
      one_, {.text = "REASSIGN OWNED BY slip TO slipstream; DROP OWNED BY slip; DROP ROLE slip"}));
  refused = adapter().admits(one_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("the login \"slip\" is gone"));
}

// What is wrong, where it is written, and what to do: the server itself cannot be asked any more.
TEST_P(PostgresqlOwner, IsToldWhichSettingKeepsTheServerFromStarting) {
  const auto number_in = [](const char* file) {
    long number = -1;
    std::ifstream(file) >> number;
    return number;
  };
  const std::string directory = asked("SHOW data_directory");
  const auto write = [&](const std::string& text, const std::string& file) {
    return "COPY (SELECT '" + text + "') TO '" + directory + "/" + file + "'";
  };
  struct Case {
    std::string act;
    std::string message;
    std::string hint = "ALTER SYSTEM RESET";
  };
  std::vector<Case> cases = {
      {"ALTER SYSTEM SET shared_preload_libraries = 'nowhere'",
       "shared_preload_libraries = 'nowhere' (in postgresql.auto.conf): could not access file "
       "\"nowhere\""},
      {"ALTER SYSTEM SET max_connections = 2", "max_connections = '2' (in postgresql.auto.conf)"},
      {"ALTER SYSTEM SET wal_level = minimal", "wal_level = 'minimal' (in postgresql.auto.conf)"},
      {write("no_such_setting = 1", "postgresql.auto.conf"),
       "no_such_setting = 1 (in postgresql.auto.conf, line 1): this server knows no such setting"},
      {write("work_mem = a lot", "postgresql.auto.conf"), "in file", "Restore to a point before"},
      {write("work_mem = '' '' ''much''", "postgresql.conf"), "postgresql.conf, line 1",
       "Restore to a point before"}};
  if (number_in("/proc/sys/vm/nr_hugepages") == 0) {
    cases.push_back({"ALTER SYSTEM SET huge_pages = on", "huge_pages = 'on' (in"});
  }
  if (number_in("/proc/sys/vm/overcommit_memory") != 1) {
    cases.push_back({"ALTER SYSTEM SET shared_buffers = '900GB'",
                     "shared_buffers = '900GB' (in postgresql.auto.conf): could not map"});
  }
  ASSERT_OK(stop(one_));
  const auto base = world().instance("ins_base", one_.config);
  copy(one_, base);
  for (const auto& one : cases) {
    SCOPED_TRACE(one.act);
    std::filesystem::remove_all(one_.directory / "data");
    copy(base, one_);
    ASSERT_OK(bring_up(one_)) << "going back works all the same";
    sql(one.act);
    ASSERT_OK(stop(one_));

    ASSERT_FALSE(bring_up(one_));

    const auto why = adapter().why_it_ended(one_, *world().runtime().log(one_.id, 8192));
    ASSERT_TRUE(why) << *world().runtime().log(one_.id, 2000);
    EXPECT_THAT(why->message, HasSubstr(one.message));
    EXPECT_THAT(why->hint, HasSubstr(one.hint));
    ASSERT_OK(stop(one_));
  }
}

TEST_P(PostgresqlOwner, IsToldNothingOfSettingsWhereTheServerEndedForAnotherReason) {
  sql("ALTER SYSTEM SET max_connections = 50");
  ASSERT_OK(stop(one_));
  EXPECT_FALSE(adapter().why_it_ended(one_, *world().runtime().log(one_.id, 8192)));
  std::filesystem::remove(one_.directory / "data/global/pg_control");
  ASSERT_FALSE(bring_up(one_));
  EXPECT_FALSE(adapter().why_it_ended(one_, *world().runtime().log(one_.id, 8192)));
}

// Whoever only looks gets in even where a trigger would write when somebody logs in.
TEST_P(PostgresqlOwner, MakesALoginTriggerThatWrites) {
  if (world().server().major < 17) return;  // there are none before
  sql("CREATE TABLE logins (who text)");
  sql("CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS "
      "'BEGIN INSERT INTO logins VALUES (session_user); END'");
  sql("CREATE EVENT TRIGGER noted ON login EXECUTE FUNCTION note()");
  sql("ALTER EVENT TRIGGER noted ENABLE ALWAYS");
  const auto before = asked("SELECT count(*) FROM logins");
  expect_that_we_get_in();
  ASSERT_OK(stop(one_));
  one_.purpose = Purpose::look;
  ASSERT_OK(bring_up(one_));
  EXPECT_EQ(asked("SHOW default_transaction_read_only"), "on");
  EXPECT_EQ(asked("SELECT count(*) FROM logins"), std::to_string(std::stoi(before) + 0));
}

}  // namespace
}  // namespace slip
