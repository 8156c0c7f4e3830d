// SPDX-License-Identifier: Apache-2.0
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
  for (const std::string limit : {"statement_timeout", "lock_timeout", "idle_session_timeout",
                                  "idle_in_transaction_session_timeout", "transaction_timeout"}) {
    if (asked("SELECT count(*) FROM pg_settings WHERE name = '" + limit + "'") == "0") continue;
    sql("ALTER DATABASE orders SET " + limit + " = '50ms'");
    sql("ALTER ROLE slipstream SET " + limit + " = '50ms'");
    sql("ALTER SYSTEM SET " + limit + " = '50ms'");
  }
  sql("ALTER ROLE slipstream SET session_preload_libraries = 'nowhere'");
  sql("SELECT pg_reload_conf()");
  EXPECT_OK(adapter().sql_scripts()->run_sql(
      one_, {.text = "BEGIN; SELECT pg_sleep(0.3); SELECT pg_sleep(0.3); COMMIT"}));
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
