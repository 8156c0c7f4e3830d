// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/postgresql_world.h"

namespace slip {

using testing::HasSubstr;

// The login of a copy whose source does not say that it is a superuser.
class PostgresqlLoginRights : public AdapterTest {
 protected:
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  SourceConfig owner() { return world().with({{"superuser", "false"}}); }

  // A database as production has it: an application's role, a reporting one, and the first
  // superuser's own tables.
  InstanceContext production_like() {
    const auto one = world().instance("ins_one", world().good());
    EXPECT_TRUE(ok(ingest(one)));
    EXPECT_TRUE(ok(bring_up(one)));
    for (const char* statement :
         {"CREATE ROLE application LOGIN", "CREATE ROLE files LOGIN IN ROLE pg_read_server_files",
          "CREATE ROLE boss SUPERUSER", "GRANT boss TO slip", "CREATE SCHEMA sales",
          "CREATE TABLE sales.orders (id serial PRIMARY KEY, what text)",
          "ALTER TABLE sales.orders OWNER TO application", "CREATE TABLE sales.by_files (id int)",
          "ALTER TABLE sales.by_files OWNER TO files", "CREATE TYPE sales.mood AS ENUM ('good')",
          "CREATE DOMAIN sales.amount AS int",
          "CREATE FUNCTION sales.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "CREATE VIEW sales.all_orders AS SELECT * FROM sales.orders",
          "CREATE MATERIALIZED VIEW sales.kept AS SELECT 1 AS x", "CREATE SEQUENCE sales.numbers",
          "CREATE TABLE sales.of_boss (id int)", "ALTER TABLE sales.of_boss OWNER TO boss",
          "CREATE DATABASE other"}) {
      world().sql(one, statement);
    }
    EXPECT_TRUE(ok(stop(one)));
    return one;
  }
  InstanceContext as_owner(const InstanceContext& from) {
    auto two = world().instance("ins_two", owner());
    copy(from, two);
    EXPECT_TRUE(ok(bring_up(two)));
    return two;
  }
  // What the server says against it; "": nothing.
  std::string refusal(const InstanceContext& instance, const std::string& statement,
                      const std::string& database = "postgres") {
    auto session = world().log_in(instance, instance.login, database);
    if (!session) return session.error().message;
    const auto ran = session->query(statement);
    return ran ? "" : ran.error().detail + ran.error().message;
  }
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlLoginRights,
                         testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlLoginRights, DoEverythingWithWhatWasTheApplicationsAndTheSuperusers) {
  const auto copy = as_owner(production_like());

  for (const char* statement : {"INSERT INTO sales.orders (what) VALUES ('x')",
                                "SELECT * FROM sales.by_files",
                                "ALTER TABLE sales.orders ADD COLUMN more text",
                                "TRUNCATE sales.orders",
                                "DROP TABLE sales.by_files",
                                "DROP TABLE sales.of_boss",
                                "DROP VIEW sales.all_orders",
                                "DROP MATERIALIZED VIEW sales.kept",
                                "DROP SEQUENCE sales.numbers",
                                "DROP FUNCTION sales.one()",
                                "DROP TYPE sales.mood",
                                "DROP DOMAIN sales.amount",
                                "CREATE TABLE sales.orders_2 (LIKE sales.orders)",
                                "DROP SCHEMA sales CASCADE",
                                "CREATE TABLE mine (x int)",
                                "DROP TABLE mine",
                                "CREATE SCHEMA mine",
                                "DROP SCHEMA public CASCADE",
                                "CREATE DATABASE another",
                                "DROP DATABASE other"}) {
    EXPECT_EQ(refusal(copy, statement), "") << statement;
  }
  EXPECT_EQ(refusal(copy, "CREATE TABLE mine (x int)", "another"), "");
}

TEST_P(PostgresqlLoginRights, GetNeitherToFilesNorToProgramsNorToBeSuperusers) {
  const auto copy = as_owner(production_like());

  for (const char* statement :
       {"COPY (SELECT 1) TO PROGRAM 'true'", "COPY pg_class TO '/tmp/never'",
        "SELECT pg_read_file('PG_VERSION')", "SELECT lo_import('/dev/null')",
        "ALTER ROLE slip SUPERUSER", "SET ROLE slipstream", "SET ROLE boss", "SET ROLE files",
        "ALTER ROLE slipstream PASSWORD 'x'", "CREATE ROLE more SUPERUSER",
        "GRANT pg_execute_server_program TO slip", "ALTER SYSTEM SET work_mem = '1MB'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y'"}) {
    EXPECT_NE(refusal(copy, statement), "") << statement;
  }
  EXPECT_EQ(world().sql(copy, "SELECT rolsuper FROM pg_roles WHERE rolname = 'slip'")[0][0], "f");
}

TEST_P(PostgresqlLoginRights, IncludeWhatAHookHasMade) {
  const auto one = world().instance("ins_one", owner());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  ASSERT_TRUE(
      ok(world().adapter().sql_scripts()->run_sql(one, {.text = "CREATE TABLE by_hook (x int)"})));

  EXPECT_EQ(refusal(one, "DROP TABLE by_hook"), "");
}

TEST_P(PostgresqlLoginRights, AreThoseOfASuperuserWhereTheSourceSaysSo) {
  const auto one = production_like();
  const auto owned = as_owner(one);
  ASSERT_TRUE(ok(stop(owned)));
  auto three = world().instance("ins_three", world().with({{"superuser", "true"}}));
  copy(owned, three);
  ASSERT_TRUE(ok(bring_up(three)));

  EXPECT_EQ(refusal(three, "SELECT pg_read_file('PG_VERSION')"), "");
}

TEST_P(PostgresqlLoginRights, AreRefusedToTheServersFirstSuperuser) {
  const auto foreign = test::folder_for_run_user(world().files(), "foreign");
  ASSERT_TRUE(ok(run_ok(Command{.argv = {world().server().program("initdb"), "-D", foreign / "data",
                                         "-U", "boss", "-A", "trust", "-N"},
                                .run_as = test::run_user()})));
  const auto one = world().instance("ins_one", world().with({{"directory", foreign / "data"}}));
  ASSERT_TRUE(ok(ingest(one)));
  auto two = world().instance("ins_two", owner());
  two.login.user = "boss";
  copy(one, two);

  const auto refused = bring_up(two);

  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("first superuser"));
}

}  // namespace slip
