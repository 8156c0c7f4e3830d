// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <tuple>

#include "adapters/mariadb/mariadb_world.h"

namespace slip {

namespace fs = std::filesystem;

// A server of the test's own that is copied by a dump, again and again.
class MariadbLogical : public AdapterTest {
 protected:
  void SetUp() override {
    origin_ = world().instance("ins_origin", world().good());
    ASSERT_TRUE(ok(world().fill(origin_)));
    ASSERT_TRUE(ok(bring_up(origin_)));
    produce({"CREATE DATABASE shop",
             "CREATE TABLE shop.customers (id INT PRIMARY KEY, name VARCHAR(100))",
             "CREATE TABLE shop.orders (id INT PRIMARY KEY, customer INT, words TEXT, "
             "FOREIGN KEY (customer) REFERENCES shop.customers (id))",
             "CREATE TABLE shop.`odd -- name` (a INT)", "CREATE SEQUENCE shop.numbers",
             "CREATE VIEW shop.names AS SELECT name FROM shop.customers",
             "CREATE FUNCTION shop.answer() RETURNS INT RETURN 42",
             "CREATE TRIGGER shop.noted BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.words = "
             "CONCAT(NEW.words, '!')",
             "INSERT INTO shop.customers SELECT seq, CONCAT('customer ', seq) FROM seq_1_to_1000",
             "INSERT INTO shop.orders SELECT seq, seq, REPEAT('word ', 100) FROM seq_1_to_1000",
             "INSERT INTO shop.`odd -- name` VALUES (1)"});
    copy_ = world().instance(
        "ins_copy", world().with({{"url", "mysql://slip:secret%20of%20ins_origin@127.0.0.1:" +
                                              std::to_string(origin_.port) + "/shop"}}));
    ASSERT_TRUE(ok(ingest(copy_)));
  }
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  void produce(const std::vector<std::string>& statements) {
    for (const auto& statement : statements) world().sql(origin_, statement);
  }
  fs::path file(const std::string& table) {
    return copy_.directory / "data" / "shop" / (table + ".ibd");
  }
  // What a sync does: brings the last copy up to date.
  void refresh() {
    before_.clear();
    for (const char* table : {"customers", "orders", "odd@0020@002d@002d@0020name"}) {
      before_[table] = trace(table);
    }
    ASSERT_TRUE(world().adapter().incremental(copy_.config));
    ASSERT_TRUE(ok(ingest(copy_)));
  }
  // The file of the table is the one that was there before the refresh, untouched.
  bool kept(const std::string& table) { return before_.at(table) == trace(table); }
  // Begins a copy of what there is, as a container does.
  void look() {
    look_ = world().instance("ins_look", copy_.config);
    copy(copy_, look_);
    ASSERT_TRUE(ok(bring_up(look_)));
  }
  std::string value(const std::string& sql) { return world().one(look_, sql, "shop"); }

  InstanceContext origin_;
  InstanceContext copy_;
  InstanceContext look_;

 private:
  // Which file it is, and when it was made and written to. (A number alone is given to the next
  // file again.)
  using Trace = std::tuple<std::uint64_t, std::int64_t, std::int64_t>;
  Trace trace(const std::string& table) {
    struct statx about {};
    EXPECT_EQ(::statx(AT_FDCWD, file(table).c_str(), 0, STATX_BASIC_STATS | STATX_BTIME, &about), 0)
        << file(table);
    const auto time = [](const statx_timestamp& at) {
      return static_cast<std::int64_t>(at.tv_sec) * 1'000'000'000 + at.tv_nsec;
    };
    // MySQL notes in a table's file what it references.
    const std::int64_t written = world().is_mysql() ? 0 : time(about.stx_mtime);
    return {about.stx_ino, time(about.stx_btime), written};
  }
  std::map<std::string, Trace> before_;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbLogical, testing::ValuesIn(test::worlds()));

TEST_P(MariadbLogical, LeavesTablesAloneThatHaveNotChanged) {
  produce({"UPDATE shop.customers SET name = 'somebody' WHERE id = 7",
           "INSERT INTO shop.`odd -- name` VALUES (2)"});
  if (!world().is_mysql()) produce({"SELECT NEXT VALUE FOR shop.numbers"});

  refresh();
  look();

  EXPECT_TRUE(kept("orders"));
  EXPECT_FALSE(kept("customers"));
  EXPECT_FALSE(fs::exists(copy_.directory / "dump"));
  EXPECT_FALSE(fs::exists(copy_.directory / "dump.parts"));
  EXPECT_EQ(value("SELECT COUNT(*) FROM orders JOIN customers c ON c.id = customer"), "1000");
  EXPECT_EQ(value("SELECT name FROM names WHERE name = 'somebody'"), "somebody");
  EXPECT_EQ(value("SELECT COUNT(*) FROM `odd -- name`"), "2");
  EXPECT_EQ(value("SELECT answer()"), "42");
  EXPECT_EQ(value("SELECT words LIKE '%!' FROM orders WHERE id = 1"), "1");
  EXPECT_FALSE(fs::exists(look_.directory / "compared")) << "containers do not get it";

  refresh();
  EXPECT_TRUE(kept("orders"));
  EXPECT_TRUE(kept("customers")) << "nothing has changed since";
}

// They are loaded several at a time, whatever leads from one to the other.
TEST_P(MariadbLogical, BringsTablesThatReferenceEachOtherWithTheirTriggers) {
  const std::string collation =
      "SELECT DATABASE_COLLATION FROM information_schema.TRIGGERS WHERE TRIGGER_NAME = 'passed_on'";
  produce(
      {"CREATE TABLE shop.t0 (id INT PRIMARY KEY, n INT)", "INSERT INTO shop.t0 VALUES (1, 0)"});
  for (int at = 1; at <= 12; ++at) {
    const std::string table = "shop.t" + std::to_string(at);
    produce({"CREATE TABLE " + table +
                 " (id INT PRIMARY KEY, n INT, FOREIGN KEY (id) REFERENCES shop.t" +
                 std::to_string(at - 1) + " (id) ON DELETE CASCADE)",
             "INSERT INTO " + table + " VALUES (1, " + std::to_string(at) + ")"});
  }
  produce(
      {"ALTER DATABASE shop CHARACTER SET latin1 COLLATE latin1_bin",
       "CREATE TRIGGER shop.passed_on AFTER INSERT ON shop.t3 FOR EACH ROW UPDATE shop.t4 SET n "
       "= n + 1",
       "ALTER DATABASE shop CHARACTER SET utf8mb4"});

  refresh();
  look();

  EXPECT_EQ(value("SELECT GROUP_CONCAT(t4.n, t8.n, t12.n) FROM t4 JOIN t8 USING (id) JOIN t12 "
                  "USING (id)"),
            "4812")
      << "no trigger has fired";
  EXPECT_EQ(value("SELECT COUNT(*) FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = "
                  "'shop' AND CONSTRAINT_TYPE = 'FOREIGN KEY'"),
            "13");
  EXPECT_EQ(value(collation), "latin1_bin");
  EXPECT_EQ(value("SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE "
                  "SCHEMA_NAME = 'shop'"),
            "utf8mb4");
}

TEST_P(MariadbLogical, TakesTablesThatAreNewOrOtherwiseMade) {
  produce({"CREATE TABLE shop.fresh (n INT)", "INSERT INTO shop.fresh VALUES (5)",
           "ALTER TABLE shop.orders DROP FOREIGN KEY orders_ibfk_1",
           "ALTER TABLE shop.customers MODIFY id BIGINT",
           "ALTER TABLE shop.orders MODIFY customer "
           "BIGINT",
           "ALTER TABLE shop.orders ADD FOREIGN KEY (customer) REFERENCES shop.customers (id)"});

  refresh();
  look();

  EXPECT_TRUE(kept("odd@0020@002d@002d@0020name"));
  EXPECT_EQ(value("SELECT n FROM fresh"), "5");
  EXPECT_EQ(value("SELECT COUNT(*) FROM orders JOIN customers c ON c.id = customer"), "1000");
}

TEST_P(MariadbLogical, BringsWhatSystemVersionedTablesWereBefore) {
  if (world().is_mysql()) GTEST_SKIP() << "it has none";
  produce({"CREATE TABLE shop.prices (id INT PRIMARY KEY, price INT) WITH SYSTEM VERSIONING",
           "INSERT INTO shop.prices VALUES (1, 10), (2, 20)",
           "UPDATE shop.prices SET price = 11 WHERE id = 1",
           "DELETE FROM shop.prices WHERE id = 2"});
  const std::string all =
      "SELECT GROUP_CONCAT(id, ':', price, ' ', row_start, ' ', row_end ORDER BY row_start, id) "
      "FROM shop.prices FOR SYSTEM_TIME ALL";

  refresh();
  look();

  EXPECT_EQ(value("SELECT COUNT(*) FROM prices FOR SYSTEM_TIME ALL"), "3");
  EXPECT_EQ(value(all), world().one(origin_, all));
}

// Then the dump program takes no history at all.
TEST_P(MariadbLogical, SaysThatHistoryDoesNotComeAlongWhereItCannot) {
  if (world().is_mysql()) GTEST_SKIP() << "it has none";
  produce({"CREATE TABLE shop.prices (id INT PRIMARY KEY, price INT) WITH SYSTEM VERSIONING",
           "INSERT INTO shop.prices VALUES (1, 10)", "UPDATE shop.prices SET price = 11",
           "CREATE TABLE shop.by_number (n INT, b BIGINT UNSIGNED GENERATED ALWAYS AS ROW START, e "
           "BIGINT UNSIGNED GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (b, e)) WITH "
           "SYSTEM VERSIONING",
           "INSERT INTO shop.by_number (n) VALUES (7)"});
  std::string said;

  const auto filled = ingest(copy_, [&](std::string_view what, auto) {
    said += std::string(what) + "\n";
    return true;
  });
  ASSERT_TRUE(ok(filled));
  look();

  EXPECT_THAT(said, testing::HasSubstr("without the history rows of the system-versioned tables "
                                       "shop.by_number, shop.prices"));
  EXPECT_THAT(filled->doubts,
              testing::ElementsAre(testing::HasSubstr("it is without the history rows")));
  EXPECT_EQ(value("SELECT COUNT(*) FROM prices FOR SYSTEM_TIME ALL"), "1");
  EXPECT_EQ(value("SELECT n FROM by_number"), "7");
}

TEST_P(MariadbLogical, SaysWhichNumbersHaveMoreDigitsThanComeAlong) {
  produce({"CREATE TABLE shop.sizes (small FLOAT, large FLOAT)",
           "INSERT INTO shop.sizes VALUES (16777216, 0.5)",
           "CREATE VIEW shop.seen AS SELECT small FROM shop.sizes"});
  const auto filled = ingest(copy_);
  ASSERT_TRUE(ok(filled));
  look();

  EXPECT_THAT(filled->doubts,
              testing::ElementsAre(testing::HasSubstr("beyond six digits, in shop.sizes:")));
  EXPECT_EQ(value("SELECT large = 0.5 FROM sizes"), "1");
}

TEST_P(MariadbLogical, LoadsAllWhereMoreThanTablesHasChanged) {
  produce({"DROP FUNCTION shop.answer", "DROP TABLE shop.`odd -- name`",
           "UPDATE shop.customers SET name = 'somebody' WHERE id = 7"});
  ASSERT_TRUE(ok(ingest(copy_)));
  look();

  EXPECT_FALSE(fs::exists(file("odd@0020@002d@002d@0020name")));
  EXPECT_EQ(value("SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'shop'"),
            "0");
  EXPECT_EQ(value("SELECT COUNT(*) FROM names WHERE name = 'somebody'"), "1");
}

TEST_P(MariadbLogical, BringsOverWhatADatabaseSaysOfItsTables) {
  produce({"ALTER DATABASE shop CHARACTER SET latin1"});
  ASSERT_TRUE(ok(ingest(copy_)));
  look();

  EXPECT_EQ(value("SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE "
                  "SCHEMA_NAME = 'shop'"),
            "latin1");
}

}  // namespace slip
