// SPDX-License-Identifier: Apache-2.0
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
  for (const char* act :
       {"DROP USER slipstream@localhost", "ALTER USER slipstream@localhost ACCOUNT LOCK",
        "ALTER USER slipstream@localhost IDENTIFIED BY 'theirs'"}) {
    SCOPED_TRACE(act);
    sql(act);
    expect_that_we_get_in();
  }
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
