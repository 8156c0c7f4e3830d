// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/postgresql_production.h"

namespace slip {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Copies of a production whose libraries put text in another order.
class PostgresqlCollation : public PostgresqlFollow {
 protected:
  void SetUp() override {
    if (world().server().major < 15) GTEST_SKIP() << "it makes no database with a locale of ICU";
    production_ = world().instance("ins_production", world().with({{"locale", "icu:de-DE"}}));
    ASSERT_TRUE(ok(ingest(production_)));
    start_production();
  }
  void run(const std::string& statement) { world().sql(production_, statement); }
  std::string one(const InstanceContext& of, const std::string& query) {
    const auto rows = world().sql(of, query);
    return rows.empty() ? "(no row)" : rows.front().front().value_or("(null)");
  }

  // An index whose entries are where the C library has them, and who reads it looks for them where
  // ICU has them: as a library of another version leaves it.
  void make_people() {
    run("CREATE TABLE people (name text)");
    run("INSERT INTO people SELECT CASE n % 5 WHEN 0 THEN 'a' ELSE 'B' END || n "
        "FROM generate_series(1, 5000) n");
    run("CREATE INDEX by_name ON people (name COLLATE \"C\")");
    run("UPDATE pg_index SET indcollation = '100' WHERE indexrelid = 'by_name'::regclass");
    run("UPDATE pg_attribute SET attcollation = 100 WHERE attrelid = 'by_name'::regclass");
    run("ANALYZE people");
    run("UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'postgres'");
  }
  // By the index.
  std::string found(const InstanceContext& of) {
    EXPECT_THAT(one(of, "EXPLAIN SELECT FROM people WHERE name = 'a4000'"), HasSubstr("by_name"));
    return one(of, "SELECT count(*) FROM people WHERE name = 'a4000'");
  }
  std::string recorded(const InstanceContext& of) {
    return one(of,
               "SELECT datcollversion = pg_database_collation_actual_version(oid) FROM pg_database "
               "WHERE datname = 'postgres'");
  }
  std::vector<std::string> doubts(const InstanceContext& running) {
    const auto found = adapter().text_order()->doubts(running);
    EXPECT_TRUE(ok(found));
    return found.value_or(std::vector<std::string>());
  }
  InstanceContext linked(std::map<std::string, std::string> settings, const std::string& id,
                         std::vector<std::string>& doubts) {
    settings.try_emplace("url", url());
    auto copy = world().instance(id, world().with(std::move(settings)));
    const auto position = ingest(copy);
    EXPECT_TRUE(ok(position));
    if (position) doubts = position->doubts;
    return copy;
  }
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlCollation,
                         testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlCollation, IndexesInAnotherOrderAreBuiltAgainWhenTheServerIsLinked) {
  make_people();
  ASSERT_EQ(found(production_), "0") << "it is not in another order";
  std::vector<std::string> in_doubt;
  const auto copy = linked({}, "ins_copy", in_doubt);

  EXPECT_THAT(in_doubt, IsEmpty());
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(found(copy), "1");
  EXPECT_EQ(recorded(copy), "t");
  EXPECT_THAT(doubts(copy), IsEmpty());
}

TEST_P(PostgresqlCollation, WhatIsNotBuiltAgainIsSaidWhenItIsLinkedAndWhenItRuns) {
  make_people();
  std::vector<std::string> in_doubt;
  const auto copy = linked({{"reindex", "off"}}, "ins_copy", in_doubt);

  const auto says = ElementsAre(
      AllOf(HasSubstr("an index of the database \"postgres\" may miss rows"), HasSubstr("0.1"),
            HasSubstr("the database's collation"), HasSubstr("public.by_name")));
  EXPECT_THAT(in_doubt, says);
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(found(copy), "0");
  EXPECT_THAT(doubts(copy), says);
}

TEST_P(PostgresqlCollation, IndexesAreBuiltAgainInDataThatIsHere) {
  make_people();
  std::vector<std::string> in_doubt;
  const auto copy = linked({{"reindex", "off"}}, "ins_copy", in_doubt);
  const IngestRequest there{.config = copy.config,
                            .directory = copy.directory,
                            .trusted = copy.trusted,
                            .progress = unasked,
                            .user = copy.user};

  const auto left = adapter().text_order()->sort_anew(there);

  ASSERT_TRUE(ok(left));
  EXPECT_THAT(*left, IsEmpty());
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(found(copy), "1");
  EXPECT_EQ(recorded(copy), "t");
}

TEST_P(PostgresqlCollation, CopiesOfAFollowerAreInOrderWhereTheSourceAsksForIt) {
  make_people();
  for (const auto& [reindex, count] : {std::pair("off", "0"), {"automatic", "1"}}) {
    SCOPED_TRACE(reindex);
    auto settings = streaming();
    settings["reindex"] = reindex;
    const auto standby = started(settings);
    auto copy = world().instance(std::string("ins_copy_") + reindex, standby.config);
    ASSERT_TRUE(ok(adapter().following()->catch_up(standby, unasked)));
    ASSERT_TRUE(ok(stop(standby)));
    copy.directory = standby.directory;
    copy.trusted = standby.trusted;
    const auto detached = adapter().following()->detach(
        {copy.config, copy.directory, copy.trusted, unasked, copy.user});
    ASSERT_TRUE(ok(detached));
    EXPECT_EQ(detached->doubts.empty(), std::string(reindex) == "automatic");
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_EQ(found(copy), count);
    ASSERT_TRUE(ok(stop(copy)));
    std::filesystem::remove_all(standby.directory);
    std::filesystem::remove_all(standby.trusted);
  }
}

TEST_P(PostgresqlCollation, OnlyWhatDependsOnTheOrderIsInDoubt) {
  run("CREATE TYPE names AS RANGE (subtype = text, collation = \"de-x-icu\")");
  run("CREATE TABLE t (n int, a text, b text COLLATE \"de-x-icu\", c text COLLATE \"C\", "
      "list text[], r names)");
  run("CREATE INDEX of_column ON t (b)");
  run("CREATE INDEX of_second ON t (n, b)");
  run("CREATE INDEX of_expression ON t ((b < 'm'))");
  run("CREATE INDEX of_condition ON t (n) WHERE b > 'x'");
  run("CREATE INDEX of_range ON t USING gist (r)");
  run("CREATE INDEX of_numbers ON t (n)");
  run("CREATE INDEX of_bytes ON t (c)");
  run("CREATE INDEX of_patterns ON t (b text_pattern_ops)");
  run("CREATE INDEX of_hashes ON t USING hash (b)");
  run("CREATE INDEX of_default ON t (a)");
  run("CREATE INDEX of_payload ON t (n) INCLUDE (b)");
  run("UPDATE pg_collation SET collversion = '0.1' WHERE collname = 'de-x-icu'");

  EXPECT_THAT(doubts(production_),
              ElementsAre(AllOf(HasSubstr("5 indexes"), HasSubstr("the collation de-x-icu"),
                                HasSubstr("public.of_column, public.of_condition, "
                                          "public.of_expression, public.of_range, "
                                          "public.of_second"))));
  std::vector<std::string> in_doubt;
  const auto copy = linked({}, "ins_copy", in_doubt);
  EXPECT_THAT(in_doubt, IsEmpty());
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_THAT(doubts(copy), IsEmpty());
}

TEST_P(PostgresqlCollation, NothingIsInDoubtWhereTheVersionsAreTheSame) {
  run("CREATE TABLE t (a text PRIMARY KEY, b text COLLATE \"sv-x-icu\" UNIQUE)");
  EXPECT_THAT(doubts(production_), IsEmpty());
}

// Its version stays as recorded, so that whoever looks is told.
TEST_P(PostgresqlCollation, ARowInTheWrongPartitionStaysInDoubt) {
  run("CREATE TABLE t (name text) PARTITION BY RANGE (name)");
  run("CREATE TABLE early PARTITION OF t FOR VALUES FROM ('a') TO ('m')");
  run("CREATE TABLE late (name text NOT NULL)");
  run("INSERT INTO late VALUES ('zebra'), ('apple')");
  run("ALTER TABLE late ADD CONSTRAINT is_late CHECK (name >= 'm' AND name < 'zz') NOT VALID");
  run("UPDATE pg_constraint SET convalidated = true WHERE conname = 'is_late'");
  run("ALTER TABLE t ATTACH PARTITION late FOR VALUES FROM ('m') TO ('zz')");
  run("UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'postgres'");
  std::vector<std::string> in_doubt;
  const auto copy = linked({}, "ins_copy", in_doubt);

  EXPECT_THAT(in_doubt, ElementsAre(AllOf(HasSubstr("partitions"), HasSubstr("late"),
                                          Not(HasSubstr("early")))));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(recorded(copy), "f");
}

TEST_P(PostgresqlCollation, AnIndexThatCannotBeBuiltAgainIsSaidAndTheOthersAreBuilt) {
  make_people();
  run("CREATE TABLE twice (name text)");
  run("INSERT INTO twice VALUES ('a'), ('a')");
  run("CREATE INDEX a_unique_one ON twice (name)");
  run("UPDATE pg_index SET indisunique = true WHERE indexrelid = 'a_unique_one'::regclass");
  std::vector<std::string> in_doubt;
  const auto copy = linked({}, "ins_copy", in_doubt);

  EXPECT_THAT(in_doubt,
              ElementsAre(AllOf(HasSubstr("public.a_unique_one"), HasSubstr("could not create "
                                                                            "unique index"))));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(found(copy), "1");
}

}  // namespace slip
