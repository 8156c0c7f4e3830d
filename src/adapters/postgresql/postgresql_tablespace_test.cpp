// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/postgresql_world.h"
#include "adapters/postgresql/tablespaces.h"

namespace slip {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// What the owner of a copy makes with CREATE TABLESPACE.
class PostgresqlTablespace : public AdapterTest {
 protected:
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  InstanceContext started(const std::string& id) {
    auto one = world().instance(id, world().good());
    EXPECT_TRUE(ok(ingest(one)));
    EXPECT_TRUE(ok(bring_up(one)));
    return one;
  }
  // As the server itself can. What it says is read, as its end would be an error else.
  void make_directory(const InstanceContext& one, const std::string& path) {
    world().sql(one, "COPY (SELECT 1) TO PROGRAM 'cat >&2; mkdir -p -m 700 " + path + "'");
  }
  void make_table(const InstanceContext& one, const std::string& table, const std::string& path) {
    make_directory(one, path);
    world().sql(one, "CREATE TABLESPACE of_" + table + " LOCATION '" + path + "'");
    world().sql(one, "CREATE TABLE " + table + " (n int) TABLESPACE of_" + table);
    world().sql(one, "INSERT INTO " + table + " SELECT generate_series(1, 1000)");
  }
  std::string data_directory(const InstanceContext& one) {
    return world().sql(one, "SHOW data_directory").front().front().value_or("");
  }
  std::string rows(const InstanceContext& one, const std::string& table) {
    const auto counted = world().sql(one, "SELECT count(*) FROM " + table);
    return counted.empty() ? "" : counted.front().front().value_or("");
  }
  // What a snapshot catches, as a power cut would leave it.
  InstanceContext snapshot(const InstanceContext& one, const std::string& id) {
    EXPECT_TRUE(ok(adapter().flush(one)));
    EXPECT_TRUE(ok(world().runtime().freeze(one.id)));
    auto made = world().instance(id, world().good());
    copy(one, made);
    EXPECT_TRUE(ok(world().runtime().thaw(one.id)));
    return made;
  }
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlTablespace,
                         testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlTablespace, OfItsDirectoryBelongsToEveryCopy) {
  const auto one = started("ins_one");
  make_table(one, "t", data_directory(one) + "/../fast");
  EXPECT_THAT(*adapter().left_out(one), IsEmpty());

  const auto two = snapshot(one, "ins_two");
  ASSERT_TRUE(ok(bring_up(two)));
  EXPECT_EQ(rows(two, "t"), "1000");
  world().sql(two, "DELETE FROM t WHERE n > 1");
  world().sql(two, "CHECKPOINT");
  EXPECT_EQ(rows(one, "t"), "1000");

  ASSERT_TRUE(ok(stop(two)));
  const auto three = world().instance("ins_three", world().good());
  copy(two, three);
  ASSERT_TRUE(ok(bring_up(three)));
  EXPECT_EQ(rows(three, "t"), "1");
  EXPECT_THAT(*adapter().left_out(three), IsEmpty());
}

TEST_P(PostgresqlTablespace, NamedByTheHostsPathBelongsToEveryCopyToo) {
  const auto one = started("ins_one");
  make_table(one, "t", (one.directory / "data/../fast").string());

  const auto two = snapshot(one, "ins_two");
  std::filesystem::rename(one.directory / "fast", one.directory / "gone");
  ASSERT_TRUE(ok(bring_up(two)));

  EXPECT_EQ(rows(two, "t"), "1000");
}

TEST_P(PostgresqlTablespace, SharesNothingWithACopyOfAStoppedOne) {
  const auto one = started("ins_one");
  make_table(one, "t", (one.directory / "fast").string());
  ASSERT_TRUE(ok(stop(one)));
  const auto two = world().instance("ins_two", world().good());
  copy(one, two);

  ASSERT_TRUE(ok(bring_up(two)));
  world().sql(two, "DELETE FROM t");
  ASSERT_TRUE(ok(stop(two)));
  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_EQ(rows(one, "t"), "1000");
}

TEST_P(PostgresqlTablespace, OutsideIsToldOfWithItsTables) {
  const auto one = started("ins_one");
  make_table(one, "orders", "/tmp/elsewhere");
  world().sql(one, "CREATE TABLE here (n int)");
  world().sql(one, "CREATE INDEX faraway ON here (n) TABLESPACE of_orders");

  const auto outside = adapter().left_out(one);

  ASSERT_TRUE(ok(outside));
  EXPECT_THAT(*outside, ElementsAre(AllOf(HasSubstr("of_orders"), HasSubstr("public.orders"),
                                          HasSubstr("public.faraway"), HasSubstr("/tmp/elsewhere"),
                                          Not(HasSubstr("public.here")))));
}

// The scratch space of its sandbox ends with the server, and a snapshot does not have it.
TEST_P(PostgresqlTablespace, ThatIsGoneKeepsNothingElseFromComingBack) {
  const auto one = started("ins_one");
  world().put(one, "kept");
  make_table(one, "lost", "/tmp/elsewhere");
  const auto two = snapshot(one, "ins_two");
  world().sql(one, "UPDATE lost SET n = n + 1");
  world().put(one, "newest");
  ASSERT_TRUE(ok(world().runtime().stop(one.id, Duration(0))));

  for (const auto& each : {one, two}) {
    ASSERT_TRUE(ok(bring_up(each)));
    EXPECT_TRUE(world().has(each, "kept"));
    EXPECT_THAT(*adapter().left_out(each),
                ElementsAre(AllOf(HasSubstr("public.lost"), HasSubstr("is lost"))));
    world().sql(each, "DROP TABLE lost");
    world().sql(each, "DROP TABLESPACE of_lost");
    EXPECT_THAT(*adapter().left_out(each), IsEmpty());
  }
  EXPECT_TRUE(world().has(one, "newest"));
}

TEST_P(PostgresqlTablespace, IsThereAfterAReplayOfTheLogThatMadeIt) {
  auto one = started("ins_one");
  const auto before = snapshot(one, "ins_before");
  make_table(one, "t", data_directory(one) + "/../made/later");
  const auto position = adapter().position(one);
  ASSERT_TRUE(ok(position));
  world().sql(one, "SELECT pg_sleep(0.01)");
  world().sql(one, "DROP TABLE t");
  const auto later = snapshot(one, "ins_later");
  ASSERT_TRUE(ok(stop(one)));

  ASSERT_TRUE(ok(adapter().log_replay()->replay(before, later.directory, position->at, unasked)));
  ASSERT_TRUE(ok(bring_up(before)));

  EXPECT_EQ(rows(before, "t"), "1000");
}

// The log knows it by where it was, in that copy or on the machine; what is gone by the end of the
// log is nowhere but there.
TEST_P(PostgresqlTablespace, IsThereAfterAReplayWhereverItWasMadeAndIfItIsGoneSince) {
  auto one = started("ins_one");
  const auto before = snapshot(one, "ins_before");
  make_table(one, "a", (one.directory / "fast").string());
  make_table(one, "b", "/tmp/elsewhere");
  make_table(one, "c", "/tmp/elsewhere/below");
  make_table(one, "d", data_directory(one) + "/../gone");
  const auto position = adapter().position(one);
  ASSERT_TRUE(ok(position));
  world().sql(one, "SELECT pg_sleep(0.01)");
  for (const std::string table : {"b", "c", "d"}) {
    world().sql(one, "DROP TABLE " + table);
    world().sql(one, "DROP TABLESPACE of_" + table);
  }
  const auto later = snapshot(one, "ins_later");
  ASSERT_TRUE(ok(stop(one)));

  ASSERT_TRUE(ok(adapter().log_replay()->replay(before, later.directory, position->at, unasked)));
  const auto ended = bring_up(before);
  ASSERT_FALSE(ended);
  ASSERT_TRUE(*adapter().log_replay()->replays_again(before, ended.error().detail));
  ASSERT_TRUE(ok(stop(before)));
  ASSERT_TRUE(ok(bring_up(before)));

  const auto all_are_in = [&](const InstanceContext& copy) {
    for (const char* table : {"a", "b", "c", "d"}) EXPECT_EQ(rows(copy, table), "1000") << table;
    EXPECT_THAT(*adapter().left_out(copy), IsEmpty());
  };
  all_are_in(before);
  // It recovers from the checkpoint before, once more.
  ASSERT_TRUE(ok(world().runtime().stop(before.id, Duration(0))));
  ASSERT_TRUE(ok(bring_up(before)));
  all_are_in(before);
  const auto two = snapshot(before, "ins_two");
  ASSERT_TRUE(ok(bring_up(two)));
  all_are_in(two);
}

TEST_P(PostgresqlTablespace, OfALinkedServerLiesInTheSource) {
  auto one = started("ins_one");
  std::ofstream(one.trusted / "pg_hba.conf", std::ios::app)
      << "host replication all 127.0.0.1/32 scram-sha-256\n";
  world().sql(one, "SELECT pg_reload_conf()");
  make_table(one, "a", data_directory(one) + "/../fast=1");
  make_table(one, "b", "/tmp/elsewhere");

  const auto url = world().instance(
      "ins_url", world().with({{"url", "postgresql://slip:secret%20of%20ins_one@127.0.0.1:" +
                                           std::to_string(one.port) + "/postgres"}}));
  ASSERT_TRUE(ok(ingest(url)));
  world().sql(one, "DROP TABLE b");
  world().sql(one, "DROP TABLESPACE of_b");
  ASSERT_TRUE(ok(stop(one)));
  const auto directory = world().instance(
      "ins_directory", world().with({{"directory", (one.directory / "data").string()}}));
  // The link that the server sees is another for us.
  std::filesystem::path link;
  for (const auto& entry : std::filesystem::directory_iterator(one.directory / "data/pg_tblspc")) {
    link = entry.path();
  }
  std::filesystem::remove(link);
  std::filesystem::create_symlink(one.directory / "fast=1", link);
  ASSERT_TRUE(ok(ingest(directory)));
  std::filesystem::remove_all(one.directory / "fast=1");

  for (const auto& source : {url, directory}) {
    const auto made = world().instance(source.id.str() + "_copy", world().good());
    copy(source, made);
    ASSERT_TRUE(ok(bring_up(made)));
    EXPECT_EQ(rows(made, "a"), "1000");
    EXPECT_THAT(*adapter().left_out(made), IsEmpty());
  }
}

}  // namespace slip
