// SPDX-License-Identifier: Apache-2.0
// Tablespaces that production makes and drops while it is followed.
#include "adapters/postgresql/postgresql_production.h"

namespace slip {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class PostgresqlFollowTablespace : public PostgresqlFollow {
 protected:
  void make_table(const std::string& table, const std::string& path) {
    world().sql(production_, "COPY (SELECT 1) TO PROGRAM 'cat >&2; mkdir -p -m 700 " + path + "'");
    world().sql(production_, "CREATE TABLESPACE of_" + table + " LOCATION '" + path + "'");
    world().sql(production_, "CREATE TABLE " + table + " (n int) TABLESPACE of_" + table);
    world().sql(production_, "INSERT INTO " + table + " SELECT generate_series(1, 1000)");
  }
  void drop_table(const std::string& table) {
    world().sql(production_, "DROP TABLE " + table);
    world().sql(production_, "DROP TABLESPACE of_" + table);
  }
  // As a sync does it; true if it had to be started again meanwhile.
  bool caught_up(const InstanceContext& one) {
    bool again = false;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (std::chrono::steady_clock::now() < deadline) {
      const auto reached = adapter().following()->catch_up(one, unasked);
      if (reached) return again;
      // It may be about to end.
      if (reached.error().code == ErrorCode::unavailable) continue;
      EXPECT_EQ(reached.error().code, ErrorCode::precondition_failed);
      EXPECT_TRUE(ok(stop(one)));
      // By what production's log has next it may end once more.
      (void)bring_up(one).has_value();
      again = true;
    }
    ADD_FAILURE() << said(one);
    return again;
  }
  std::string tables_of(const InstanceContext& copy) {
    std::string text;
    for (const auto& row :
         world().sql(copy,
                     "SELECT relname, (xpath('/row/c/text()', query_to_xml('SELECT count(*) AS c "
                     "FROM ' || relname, false, true, '')))[1] FROM pg_class WHERE relname IN "
                     "('a', 'b', 'c', 'd') ORDER BY 1")) {
      text += row[0].value_or("") + ":" + row[1].value_or("") + " ";
    }
    EXPECT_THAT(*adapter().left_out(copy), IsEmpty());
    return text;
  }
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlFollowTablespace,
                         testing::Values([] { return std::make_unique<test::PostgresqlWorld>(); }));

TEST_P(PostgresqlFollowTablespace, IsFollowedAndComesBackAtEverySecond) {
  const auto one = follower(streaming());
  ASSERT_TRUE(ok(ingest(one)));
  const auto seed = snapshot(one, "ins_seed");
  ASSERT_TRUE(ok(bring_up(one)));
  const Timestamp before = production_time();
  make_table("a", (production_.directory / "disk/fast").string());
  make_table("b", "/tmp/elsewhere");
  make_table("c", "/tmp/elsewhere/below");
  make_table("d", "/copy/own");
  const Timestamp made = production_time();
  EXPECT_TRUE(caught_up(one)) << "the first of them ends it";
  const auto base = snapshot(one, "ins_base");
  drop_table("b");
  drop_table("d");
  world().sql(production_, "INSERT INTO a VALUES (0)");
  const Timestamp dropped = production_time();
  world().sql(production_, "DELETE FROM a");
  EXPECT_FALSE(caught_up(one));
  const auto later = snapshot(one, "ins_later");

  const auto now = detached(one);
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(stop(one)));
  ASSERT_TRUE(ok(bring_up(now)));
  EXPECT_EQ(tables_of(now), "a:0 c:1000 ");
  ASSERT_TRUE(ok(stop(now)));

  const std::tuple<InstanceContext, Timestamp, std::string> moments[] = {
      {seed, before, ""},
      {seed, made, "a:1000 b:1000 c:1000 d:1000 "},
      {base, made, "a:1000 b:1000 c:1000 d:1000 "},
      {seed, dropped, "a:1001 c:1000 "},
      {base, dropped, "a:1001 c:1000 "}};
  int count = 0;
  for (const auto& [from, until, tables] : moments) {
    SCOPED_TRACE(from.id.str() + " " + tables);
    const auto back = rewound(from, later, until, "ins_back_" + std::to_string(++count));
    EXPECT_EQ(tables_of(back), tables);
    ASSERT_TRUE(ok(world().runtime().stop(back.id, Duration(0))));
    ASSERT_TRUE(ok(bring_up(back)));
    EXPECT_EQ(tables_of(back), tables);
    ASSERT_TRUE(ok(stop(back)));
  }
}

// Each that it has no place for ends it: it is not to be one after the other.
TEST_P(PostgresqlFollowTablespace, ManyMadeOneAfterTheOtherEndItOnce) {
  const auto one = started(streaming());
  const auto has_ended = [&] {
    return world().runtime().wait_exit(one.id, std::chrono::minutes(1)).has_value();
  };
  make_table("a", (production_.directory / "disk/fast").string());
  ASSERT_TRUE(has_ended());
  // It comes to know only of the first by its log: what it did not get any more it gets later.
  make_table("b", "/tmp/elsewhere");
  make_table("c", "/copy/own");
  make_table("d", (production_.directory / "disk/large").string());
  ASSERT_TRUE(ok(stop(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_FALSE(caught_up(one));

  const auto now = detached(one);
  ASSERT_TRUE(ok(bring_up(now)));
  EXPECT_EQ(tables_of(now), "a:1000 b:1000 c:1000 d:1000 ");
}

// Begun again from the checkpoint before, it meets the record once more.
TEST_P(PostgresqlFollowTablespace, IsMetAgainAfterACrash) {
  const auto one = started(streaming());
  make_table("a", (production_.directory / "disk/fast").string());
  EXPECT_TRUE(caught_up(one));
  ASSERT_TRUE(ok(world().runtime().stop(one.id, Duration(0))));

  ASSERT_TRUE(ok(bring_up(one)));

  world().sql(production_, "INSERT INTO a VALUES (0)");
  EXPECT_FALSE(caught_up(one));
  const auto now = detached(one);
  ASSERT_TRUE(ok(bring_up(now)));
  EXPECT_EQ(tables_of(now), "a:1001 ");
}

TEST_P(PostgresqlFollowTablespace, IsRefusedWithTheCureWhereNoCopyCanHaveOne) {
  const auto one = started(streaming());
  make_table("a", "/dev/shm/fast");
  ASSERT_TRUE(ok(world().runtime().wait_exit(one.id, std::chrono::minutes(1))));
  ASSERT_TRUE(ok(stop(one)));

  const auto refused = bring_up(one);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("/dev/shm/fast"));
  EXPECT_THAT(refused.error().hint, HasSubstr("reseed"));
}

}  // namespace
}  // namespace slip
