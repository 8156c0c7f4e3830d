// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "adapters/mariadb/mariadb_world.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

using ::testing::AllOf;

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Owners of copies who do as they like: what they place elsewhere, and how we get in all the same.
class MariadbOwner : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void SetUp() override {
    one_ = world().instance("ins_one", world().good());
    ASSERT_OK(world().fill(one_));
    ASSERT_OK(bring_up(one_));
  }
  void sql(const std::string& statement) { world().sql(one_, statement); }
  // What a snapshot catches, as a power cut would leave it.
  InstanceContext snapshot(const std::string& id) {
    EXPECT_OK(adapter().flush(one_));
    EXPECT_OK(world().runtime().freeze(one_.id));
    auto made = world().instance(id, world().good());
    copy(one_, made);
    EXPECT_OK(world().runtime().thaw(one_.id));
    return made;
  }
  void expect_that_we_get_in() {
    EXPECT_OK(adapter().flush(one_));
    EXPECT_OK(adapter().position(one_));
    EXPECT_OK(adapter().sql_scripts()->run_sql(one_, {.text = "SELECT 1"}));
  }

  InstanceContext one_;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbOwner, ::testing::ValuesIn(test::worlds()));

// A copy of it would say that it can be repaired by nobody.
TEST_P(MariadbOwner, SwitchesTheRedoLogOffAndIsToldThatPointsWouldLackEverything) {
  if (!world().is_mysql()) GTEST_SKIP() << "MariaDB's is always on";
  sql("ALTER INSTANCE DISABLE INNODB REDO_LOG");
  sql("CREATE TABLE loaded AS SELECT seq FROM seq_1_to_1000");
  EXPECT_THAT(*adapter().left_out(one_),
              ::testing::ElementsAre(HasSubstr("ALTER INSTANCE ENABLE INNODB REDO_LOG")));

  sql("ALTER INSTANCE ENABLE INNODB REDO_LOG");
  EXPECT_THAT(*adapter().left_out(one_), IsEmpty());
  const auto two = snapshot("ins_two");
  ASSERT_OK(bring_up(two));
  EXPECT_EQ(world().one(two, "SELECT COUNT(*) FROM loaded"), "1000");
}

TEST_P(MariadbOwner, PlacesATableInHerDirectoryAndEveryCopyHasItsOwn) {
  if (world().is_mysql()) GTEST_SKIP() << "MySQL takes directories that its options name only";
  sql("CREATE TABLE fast (n INT) ENGINE=InnoDB DATA DIRECTORY='/copy/fast'");
  sql("INSERT INTO fast SELECT seq FROM seq_1_to_1000");
  EXPECT_THAT(*adapter().left_out(one_), IsEmpty());

  const auto two = snapshot("ins_two");
  ASSERT_OK(bring_up(two));
  EXPECT_EQ(world().one(two, "SELECT COUNT(*) FROM fast"), "1000");
  world().sql(two, "DELETE FROM fast WHERE n > 1");
  ASSERT_OK(stop(two));

  EXPECT_EQ(world().one(one_, "SELECT COUNT(*) FROM fast"), "1000");
  EXPECT_TRUE(std::filesystem::exists(two.directory / "fast/slip/fast.ibd"));
}

TEST_P(MariadbOwner, PlacesATableElsewhereAndIsToldThatNoBookmarkHasIt) {
  if (world().is_mysql()) GTEST_SKIP() << "MySQL takes directories that its options name only";
  world().put(one_, "kept");
  sql("CREATE TABLE orders (n INT) ENGINE=InnoDB DATA DIRECTORY='/tmp/elsewhere'");
  sql("CREATE TABLE links (n INT) ENGINE=MyISAM DATA DIRECTORY='/tmp'");
  sql("INSERT INTO orders SELECT seq FROM seq_1_to_1000");

  const auto outside = adapter().left_out(one_);
  ASSERT_OK(outside);
  EXPECT_THAT(*outside, ::testing::UnorderedElementsAre(
                            AllOf(HasSubstr("slip/orders"), HasSubstr("/tmp/elsewhere")),
                            AllOf(HasSubstr("slip/links"), HasSubstr("lies in /tmp,"))));

  // The scratch space ends with the server; the rest goes on.
  const auto two = snapshot("ins_two");
  sql("UPDATE orders SET n = n + 1");
  ASSERT_OK(world().runtime().stop(one_.id, Duration(0)));
  for (const auto& each : {one_, two}) {
    ASSERT_OK(bring_up(each));
    EXPECT_TRUE(world().has(each, "kept"));
    world().sql(each, "DROP TABLE orders");
    world().sql(each, "DROP TABLE links");
    EXPECT_THAT(*adapter().left_out(each), IsEmpty());
  }
}

TEST_P(MariadbOwner, ChangesOurUser) {
  std::vector<std::string> acts = {
      "DROP USER slipstream@localhost",
      "ALTER USER slipstream@localhost ACCOUNT LOCK",
      "ALTER USER slipstream@localhost IDENTIFIED BY 'theirs'",
      "RENAME USER slipstream@localhost TO other@localhost",
      "ALTER USER slipstream@localhost REQUIRE SSL",
      "ALTER USER slipstream@localhost PASSWORD EXPIRE",
      "ALTER USER slipstream@localhost WITH MAX_CONNECTIONS_PER_HOUR 1",
      "ALTER USER slipstream@localhost WITH MAX_QUERIES_PER_HOUR 1",
      "ALTER USER slipstream@localhost WITH MAX_USER_CONNECTIONS 1",
      "REVOKE ALL PRIVILEGES, GRANT OPTION FROM slipstream@localhost"};
  if (!world().is_mysql()) {
    acts.emplace_back("ALTER USER slipstream@localhost IDENTIFIED VIA unix_socket");
  }
  for (const auto& act : acts) {
    SCOPED_TRACE(act);
    sql(act);
    expect_that_we_get_in();
    if (HasFailure()) break;
  }
  ASSERT_OK(stop(one_));
  ASSERT_OK(bring_up(one_));
  expect_that_we_get_in();
}

TEST_P(MariadbOwner, LetsNobodyWrite) {
  sql("SET GLOBAL init_connect = 'no statement'");
  sql(world().is_mysql()
          ? "SET GLOBAL super_read_only = 1, offline_mode = 1, max_user_connections = 1"
          : "SET GLOBAL read_only = 1");
  expect_that_we_get_in();
  ASSERT_OK(adapter().ready(one_));
  ASSERT_OK(stop(one_));
  ASSERT_OK(bring_up(one_));
  expect_that_we_get_in();
}

// MySQL keeps such settings with the data, and lets them stand above a server's arguments.
TEST_P(MariadbOwner, KeepsSettingsThatAreInNobodysWay) {
  if (!world().is_mysql()) GTEST_SKIP() << "it keeps none";
  for (const char* setting : {"super_read_only = 1", "offline_mode = 1", "max_user_connections = 1",
                              "max_connections = 12", "init_connect = 'no statement'"}) {
    sql(std::string("SET PERSIST ") + setting);
  }
  ASSERT_OK(stop(one_));
  ASSERT_OK(bring_up(one_));
  expect_that_we_get_in();
  const auto copied = snapshot("ins_two");
  // In another container the login is another.
  auto two = copied;
  two.login = Login{.user = "of_two", .password = "another secret"};
  ASSERT_OK(bring_up(two));
  EXPECT_OK(adapter().admits(two));
  auto session = world().own_session(two);
  ASSERT_OK(session);
  const auto kept =
      session->query("SELECT CONCAT_WS(' ', @@super_read_only, @@offline_mode, @@max_connections)");
  ASSERT_OK(kept);
  EXPECT_EQ(kept->front().front(), "1 1 12");
}

TEST_P(MariadbOwner, UsesUpAllConnections) {
  const auto of_owner = world().instance("ins_owner", world().with({{"superuser", "false"}}));
  ASSERT_OK(world().fill(of_owner));
  ASSERT_OK(bring_up(of_owner));
  {
    auto session = world().own_session(of_owner);
    ASSERT_OK(session);
    ASSERT_OK(session->query("SET GLOBAL max_connections = 10"));
  }
  std::vector<mariadb::Session> hers;
  for (;;) {
    auto session = world().log_in(of_owner, of_owner.login);
    if (!session) break;
    hers.push_back(*std::move(session));
    ASSERT_LE(hers.size(), 10u);
  }
  EXPECT_GE(hers.size(), 9u);
  // Whoever looks on is one of us, too.
  std::vector<std::jthread> side_by_side;
  for (int each = 0; each < 2; ++each) {
    side_by_side.emplace_back([&] {
      for (int round = 0; round < 10; ++round) EXPECT_OK(adapter().flush(of_owner));
    });
  }
  side_by_side.clear();
  EXPECT_OK(adapter().lacks(of_owner));
  EXPECT_OK(adapter().admits(of_owner));
}

TEST_P(MariadbOwner, DropsTheServersOwnTablesAndGoesBack) {
  world().put(one_, "kept");
  const auto before = snapshot("ins_two");
  sql(world().is_mysql() ? "DROP TABLE mysql.role_edges" : "DROP DATABASE mysql");
  EXPECT_OK(adapter().flush(one_)) << "as long as it runs";
  ASSERT_OK(world().runtime().stop(one_.id, adapter().stop_patience()));

  const auto refused = bring_up(one_);

  ASSERT_FALSE(refused);
  const auto why = adapter().why_it_ended(one_, *world().runtime().log(one_.id, 64 << 10));
  EXPECT_THAT(why ? why->message : refused.error().message,
              ::testing::AnyOf(HasSubstr("own tables are not all there"),
                               HasSubstr("the login cannot be made"),
                               HasSubstr("no longer lets Slipstream in")));
  EXPECT_THAT(why ? why->hint : refused.error().hint, HasSubstr("restore to a point before"));
  ASSERT_OK(bring_up(before));
  EXPECT_TRUE(world().has(before, "kept"));
}

TEST_P(MariadbOwner, IsToldWhichSettingIsInTheWay) {
  const auto wrong = world().instance("ins_wrong", world().with({{"conf.no_such_option", "1"}}));
  ASSERT_OK(world().fill(wrong));

  ASSERT_FALSE(bring_up(wrong));

  const auto why = adapter().why_it_ended(wrong, *world().runtime().log(wrong.id, 64 << 10));
  ASSERT_TRUE(why);
  EXPECT_THAT(why->message, HasSubstr("no_such_option"));
  EXPECT_THAT(why->hint, HasSubstr("change conf.no_such_option"));
}

TEST_P(MariadbOwner, SetsTimeLimitsForEverybody) {
  if (world().is_mysql()) {
    sql("SET GLOBAL max_execution_time = 50");
  } else {
    sql("SET GLOBAL max_statement_time = 0.05");
    sql("SET GLOBAL idle_transaction_timeout = 1");
  }
  EXPECT_OK(adapter().sql_scripts()->run_sql(
      one_, {.text = "SELECT COUNT(*) FROM (SELECT SLEEP(0.3)) x"}));
}

TEST_P(MariadbOwner, IsToldWhatIsWrongWithTheAddress) {
  EXPECT_OK(adapter().admits(one_));
  auto session = world().log_in(one_, one_.login);
  ASSERT_OK(session);
  ASSERT_OK(session->query("ALTER USER slip@localhost IDENTIFIED BY 'another'"));
  auto refused = adapter().admits(one_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().message, HasSubstr("password"));
  ASSERT_OK(adapter().ready(one_));
  EXPECT_OK(adapter().admits(one_));

  ASSERT_OK(session->query("DROP DATABASE slip"));
  refused = adapter().admits(one_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_THAT(refused.error().message, HasSubstr("the database \"slip\" is not there"));
  ASSERT_OK(session->query("CREATE DATABASE slip"));

  ASSERT_OK(session->query("DROP USER slip@localhost"));
  refused = adapter().admits(one_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("the login \"slip\" is gone"));
}

}  // namespace
}  // namespace slip
