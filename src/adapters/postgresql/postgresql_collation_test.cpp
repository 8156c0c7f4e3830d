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
  // Types that go by the collation de-x-icu, and a table of them.
  void make_types() {
    run("CREATE TYPE pair AS (n int, b text COLLATE \"de-x-icu\")");
    run("CREATE TYPE nested AS (n int, inner_one pair)");
    run("CREATE TYPE plain AS (n int, b text COLLATE \"C\")");
    run("CREATE DOMAIN pairs AS pair CHECK ((value).n > 0)");
    run("CREATE DOMAIN word AS text COLLATE \"de-x-icu\"");
    run("CREATE TYPE names AS RANGE (subtype = text, collation = \"de-x-icu\")");
    run("CREATE TYPE of_pairs AS RANGE (subtype = pair)");
    run("CREATE TABLE t (n int, b text COLLATE \"de-x-icu\", c text COLLATE \"C\", p pair, q pair, "
        "deep nested, bytes plain, list pair[], words text[] COLLATE \"de-x-icu\", d pairs, w "
        "word, "
        "r names, rp of_pairs, j jsonb)");
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

TEST_P(PostgresqlCollation, EveryKindOfIndexIsInDoubtThatDependsOnTheOrder) {
  const auto has = [&](const std::string& extension) {
    return one(production_, "SELECT count(*) FROM pg_available_extensions WHERE name = '" +
                                extension + "'") == "1";
  };
  make_types();
  std::vector<std::pair<std::string, bool>> kinds = {
      {"(p)", true},
      {"(deep)", true},
      {"(bytes)", false},
      {"(list)", true},
      {"USING gin (list)", true},
      {"(words)", true},
      {"USING gin (words)", true},
      {"(d)", true},
      {"(w)", true},
      {"(r)", true},
      {"USING gist (r)", true},
      {"USING spgist (r)", true},
      {"USING hash (r)", false},
      {"USING hash (p)", false},
      {"(rp)", true},
      {"USING gist (rp)", true},
      {"USING brin (b)", true},
      {"USING brin (r range_inclusion_ops)", true},
      {"USING spgist (b)", false},
      {"(n) WHERE b > 'x'", true},
      {"(n) WHERE (n, b) > (1, 'x')", true},
      {"(n) WHERE p > q", true},
      {"(n) WHERE bytes > ROW(1, 'a')::plain", false},
      {"(n) WHERE (p).n > 3", false},
      {"(((p).n))", false},
      {"((p < q))", true},
      {"USING hash ((b < 'm'))", true},
      {"((greatest(b, 'm')) COLLATE \"C\")", true},
      {"((c || 'x'))", false},
      {"(n) INCLUDE (p)", false},
      {"(j)", false}};  // by the database's collation
  if (world().server().major >= 14) {
    run("ALTER TABLE t ADD COLUMN m " +
        one(production_,
            "SELECT rngmultitypid::regtype FROM pg_range WHERE rngtypid = "
            "'names'::regtype"));
    kinds.emplace_back("(m)", true);
    kinds.emplace_back("USING gist (m)", true);
  }
  if (has("btree_gist")) {
    run("CREATE EXTENSION btree_gist");
    kinds.emplace_back("USING gist (b)", true);
  }
  run("UPDATE pg_collation SET collversion = '0.1' WHERE collname = 'de-x-icu'");
  for (const auto& [kind, depends] : kinds) {
    SCOPED_TRACE(kind);
    run("CREATE INDEX it ON t " + kind);
    const auto said = doubts(production_);
    EXPECT_EQ(said.size(), depends ? 1U : 0U) << testing::PrintToString(said);
    if (!said.empty()) {
      EXPECT_THAT(said.front(), HasSubstr("public.it"));
    }
    run("DROP INDEX it");
  }
}

TEST_P(PostgresqlCollation, TypesThatGoByTheDatabasesCollationWhateverTheColumnSaysAreInDoubt) {
  run("CREATE TABLE t (n int, j jsonb, list jsonb[])");
  run("CREATE INDEX by_tree ON t (j)");
  run("CREATE INDEX by_list ON t (list)");
  run("CREATE INDEX by_condition ON t (n) WHERE j > '\"m\"'");
  run("CREATE INDEX by_key ON t USING gin (j)");
  run("CREATE INDEX by_path ON t USING gin (j jsonb_path_ops)");
  run("CREATE INDEX by_hash ON t USING hash (j)");
  run("UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'postgres'");

  EXPECT_THAT(doubts(production_),
              ElementsAre(testing::EndsWith("public.by_condition, public.by_list, "
                                            "public.by_tree")));
}

TEST_P(PostgresqlCollation, EveryKindOfPartitionIsInDoubtThatDependsOnTheOrder) {
  run("CREATE TYPE pair AS (n int, b text COLLATE \"de-x-icu\")");
  run("CREATE TYPE names AS RANGE (subtype = text, collation = \"de-x-icu\")");
  run("CREATE COLLATION alike (provider = icu, locale = 'de', deterministic = false)");
  run("UPDATE pg_collation SET collversion = '0.1' WHERE collname IN ('de-x-icu', 'alike')");
  const std::string columns =
      "CREATE TABLE it (n int, b text COLLATE \"de-x-icu\", c text COLLATE \"C\", p pair, r names, "
      "a text COLLATE alike) PARTITION BY ";
  const std::pair<const char*, bool> kinds[] = {
      {"RANGE (b)", true},        {"RANGE (c)", false}, {"RANGE (n, b)", true},
      {"RANGE (p)", true},        {"RANGE (r)", true},  {"RANGE ((b < 'm'))", true},
      {"RANGE ((n + 1))", false}, {"LIST (b)", false},  {"LIST ((b < 'm'))", true},
      {"LIST (a)", true},         {"HASH (b)", false},  {"HASH (n)", false}};
  for (const auto& [kind, depends] : kinds) {
    SCOPED_TRACE(kind);
    run(columns + kind);
    const auto said = doubts(production_);
    EXPECT_EQ(said.size(), depends ? 1U : 0U) << testing::PrintToString(said);
    if (!said.empty()) {
      EXPECT_THAT(said.front(), HasSubstr("public.it"));
    }
    run("DROP TABLE it");
  }
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
