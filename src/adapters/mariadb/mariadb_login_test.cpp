// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "adapters/mariadb/mariadb_world.h"

namespace slip {

// The login of a copy whose source does not say that it is a superuser.
class MariadbLoginRights : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }

  // A copy of a server with two databases, started with that setting.
  InstanceContext copy_with(const std::string& superuser, const std::string& id) {
    if (!made_) {
      made_ = world().instance("ins_one", world().good());
      EXPECT_TRUE(ok(world().fill(*made_)));
      EXPECT_TRUE(ok(bring_up(*made_)));
      for (const char* statement :
           {"CREATE DATABASE shop_live", "CREATE TABLE shop_live.orders (id INT PRIMARY KEY)",
            "CREATE VIEW shop_live.all_orders AS SELECT * FROM shop_live.orders",
            "CREATE DATABASE other", "CREATE TABLE other.things (id INT)"}) {
        world().sql(*made_, statement);
      }
      EXPECT_TRUE(ok(stop(*made_)));
    }
    auto made = world().instance(id, world().with({{"superuser", superuser}}));
    copy(*made_, made);
    EXPECT_TRUE(ok(bring_up(made)));
    return made;
  }
  std::string refusal(const InstanceContext& instance, const std::string& statement) {
    auto session = world().log_in(instance, instance.login);
    if (!session) return session.error().message;
    const auto ran = session->query(statement);
    return ran ? "" : ran.error().detail + ran.error().message;
  }

  std::optional<InstanceContext> made_;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbLoginRights, testing::ValuesIn(test::worlds()));

TEST_P(MariadbLoginRights, DoEverythingWithTheApplicationsDatabases) {
  const auto one = copy_with("false", "ins_two");

  for (const char* statement :
       {"INSERT INTO shop_live.orders VALUES (1)", "ALTER TABLE shop_live.orders ADD more INT",
        "DROP VIEW shop_live.all_orders", "DROP TABLE shop_live.orders",
        "CREATE TABLE shop_live.orders (id INT)",
        "CREATE TRIGGER shop_live.t BEFORE INSERT ON shop_live.orders FOR EACH ROW SET NEW.id = 1",
        "CREATE FUNCTION shop_live.one() RETURNS INT RETURN 1",
        "CREATE PROCEDURE shop_live.two() SELECT 2", "DROP DATABASE other", "CREATE DATABASE other",
        "CREATE DATABASE other_test", "DROP DATABASE shop_live", "SHOW PROCESSLIST"}) {
    EXPECT_EQ(refusal(one, statement), "") << statement;
  }
}

TEST_P(MariadbLoginRights, GetNeitherToFilesNorToAccountsNorToOptions) {
  const auto one = copy_with("false", "ins_two");

  for (const char* statement :
       {"SELECT 1 INTO OUTFILE '/tmp/never'", "CREATE USER more", "CREATE DATABASE shopping",
        "SET GLOBAL general_log = 1", "SELECT * FROM mysql.user", "INSTALL PLUGIN x SONAME 'x'",
        "CREATE DATABASE mysql_2", "GRANT SUPER ON *.* TO slip@localhost",
        "LOAD DATA INFILE '/etc/hostname' INTO TABLE other.things"}) {
    EXPECT_NE(refusal(one, statement), "") << statement;
  }
}

// Made before by a superuser's copy, or by a hook.
TEST_P(MariadbLoginRights, IncludeDatabasesThatAreNewAtTheNextStart) {
  const auto one = copy_with("false", "ins_two");
  ASSERT_TRUE(
      ok(world().adapter().sql_scripts()->run_sql(one, {.text = "CREATE DATABASE from_hook"})));
  ASSERT_TRUE(ok(stop(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_EQ(refusal(one, "CREATE TABLE from_hook.x (id INT)"), "");
}

TEST_P(MariadbLoginRights, AreAllWhereTheSourceSaysSo) {
  const auto one = copy_with("false", "ins_two");
  ASSERT_TRUE(ok(stop(one)));
  auto two = world().instance("ins_three", world().with({{"superuser", "true"}}));
  copy(one, two);
  ASSERT_TRUE(ok(bring_up(two)));

  EXPECT_EQ(refusal(two, "CREATE USER more"), "");
}

}  // namespace slip
