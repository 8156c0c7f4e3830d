// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/mariadb_world.h"

namespace slip {

using testing::HasSubstr;

// A small shop: orders of customers, who live in countries; items of orders, of products, which
// suppliers make; addresses of customers; remarks about items, which answer each other; and a log
// that references nothing.
constexpr const char* kShop = R"sql(
CREATE TABLE countries (code VARCHAR(2) PRIMARY KEY);
CREATE TABLE customers (id INT PRIMARY KEY, country VARCHAR(2), recommended_by INT,
                        FOREIGN KEY (country) REFERENCES countries (code),
                        FOREIGN KEY (recommended_by) REFERENCES customers (id));
CREATE TABLE addresses (id INT PRIMARY KEY, customer INT NOT NULL,
                        FOREIGN KEY (customer) REFERENCES customers (id));
CREATE TABLE suppliers (id INT PRIMARY KEY);
CREATE TABLE products (id INT, color VARCHAR(10), supplier INT, PRIMARY KEY (id, color),
                       FOREIGN KEY (supplier) REFERENCES suppliers (id));
CREATE TABLE orders (id INT PRIMARY KEY, customer INT NOT NULL, placed DATE NOT NULL,
                     changed TIMESTAMP DEFAULT '2026-01-01' ON UPDATE CURRENT_TIMESTAMP,
                     FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE);
CREATE TABLE items (id INT PRIMARY KEY, `order` INT NOT NULL, product INT, color VARCHAR(10),
                    FOREIGN KEY (`order`) REFERENCES orders (id),
                    FOREIGN KEY (product, color) REFERENCES products (id, color));
CREATE TABLE remarks (id INT PRIMARY KEY, item INT, answers INT,
                      FOREIGN KEY (item) REFERENCES items (id),
                      FOREIGN KEY (answers) REFERENCES remarks (id));
CREATE TABLE log (id INT PRIMARY KEY, words TEXT);

INSERT INTO countries VALUES ('DE'), ('AT'), ('CH'), ('FR');
-- Customer n was recommended by n - 1, up to the first of each ten.
INSERT INTO customers SELECT seq, ELT(seq % 3 + 1, 'DE', 'AT', 'CH'),
       IF(seq % 10 = 1, NULL, seq - 1) FROM seq_1_to_100;
INSERT INTO addresses SELECT seq, (seq - 1) % 100 + 1 FROM seq_1_to_200;
INSERT INTO suppliers SELECT seq FROM seq_1_to_10;
INSERT INTO products SELECT p.seq, ELT(c.seq, 'red', 'blue'), p.seq % 10 + 1
  FROM seq_1_to_50 p, seq_1_to_2 c;
INSERT INTO orders (id, customer, placed)
  SELECT seq, (seq - 1) % 100 + 1, DATE '2026-01-01' + INTERVAL seq DAY FROM seq_1_to_300;
INSERT INTO items SELECT seq, (seq - 1) DIV 2 + 1, seq % 50 + 1, IF(seq % 4 = 0, NULL, 'red')
  FROM seq_1_to_600;
INSERT INTO remarks SELECT seq, seq, IF(seq > 1, seq - 1, NULL) FROM seq_1_to_600;
INSERT INTO log SELECT seq, 'something' FROM seq_1_to_1000;
)sql";

class MariadbSubset : public AdapterTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ok(world().fill(one_)));
    ASSERT_TRUE(ok(bring_up(one_)));
    ASSERT_TRUE(ok(run(kShop)));
  }
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  Result<std::string> run(const std::string& text) {
    return world().adapter().sql_scripts()->run_sql(one_, {.text = world().in_its_words(text)});
  }
  Result<std::string> keep(const std::map<std::string, std::string>& subset) {
    return run(world().adapter().sql_scripts()->subset_script(subset).value());
  }
  std::string value(const std::string& sql) { return world().one(one_, sql); }
  std::string ids(const std::string& table) {
    return value("SELECT GROUP_CONCAT(id ORDER BY id SEPARATOR ' ') FROM " + table);
  }
  int count(const std::string& table) { return std::stoi(value("SELECT COUNT(*) FROM " + table)); }
  // Looks for rows of each foreign key that lead nowhere.
  void expect_every_reference_to_lead_somewhere() {
    const auto keys = world().sql(one_, R"sql(
        SELECT CONCAT('SELECT COUNT(*) FROM `', TABLE_NAME, '` c LEFT JOIN `', REFERENCED_TABLE_NAME,
                 '` p ON ', GROUP_CONCAT(CONCAT('c.`', COLUMN_NAME, '` = p.`',
                                               REFERENCED_COLUMN_NAME, '`') SEPARATOR ' AND '),
                 ' WHERE p.`', MIN(REFERENCED_COLUMN_NAME), '` IS NULL AND ',
                 GROUP_CONCAT(CONCAT('c.`', COLUMN_NAME, '` IS NOT NULL') SEPARATOR ' AND '))
          FROM information_schema.KEY_COLUMN_USAGE
         WHERE REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_SCHEMA = 'slip'
         GROUP BY CONSTRAINT_NAME, TABLE_NAME, REFERENCED_TABLE_NAME)sql");
    EXPECT_GE(keys.size(), 8U);
    for (const auto& row : keys) EXPECT_EQ(value(*row.front()), "0") << *row.front();
  }
  std::string columns_left_behind() {
    return value("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE COLUMN_NAME LIKE 'slip%'");
  }

  InstanceContext one_ = world().instance("ins_one", world().good());
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbSubset, testing::ValuesIn(test::worlds()));

TEST_P(MariadbSubset, KeepsTheNamedRowsWithWhatBelongsToThemAndWhatTheyReference) {
  const auto kept = keep({{"orders", "id IN (25, 125)"}});

  ASSERT_TRUE(ok(kept));
  EXPECT_THAT(*kept, HasSubstr("orders: 298 rows deleted, 2 kept\n"));
  expect_every_reference_to_lead_somewhere();
  EXPECT_EQ(ids("orders"), "25 125");
  // Customer 25, and who recommended whom up to 21.
  EXPECT_EQ(ids("customers"), "21 22 23 24 25");
  EXPECT_EQ(ids("items"), "49 50 249 250");
  // Their products, with their suppliers.
  EXPECT_EQ(value("SELECT GROUP_CONCAT(id, color ORDER BY id SEPARATOR ' ') FROM products"),
            "1red 50red");
  EXPECT_EQ(count("suppliers"), 2);
  EXPECT_EQ(count("countries"), 3);
  // What is not connected to orders stays, but for what would reference deleted rows.
  EXPECT_EQ(count("addresses"), 10);
  EXPECT_EQ(count("log"), 1000);
  // Each answers one that is gone, down to the first.
  EXPECT_EQ(count("remarks"), 0);
  // Nobody has changed these rows.
  EXPECT_EQ(value("SELECT COUNT(*) FROM orders WHERE changed = '2026-01-01'"), "2");
  EXPECT_EQ(columns_left_behind(), "0");
}

TEST_P(MariadbSubset, KeepsAWholeTableThatIsNamedWithTrue) {
  ASSERT_TRUE(ok(keep({{"orders", "id < 5 -- the first"}, {"countries", "true"}})));

  expect_every_reference_to_lead_somewhere();
  EXPECT_EQ(count("countries"), 4);
  EXPECT_EQ(count("orders"), 4);
  EXPECT_EQ(ids("remarks"), "1 2 3 4 5 6 7 8");
}

TEST_P(MariadbSubset, FollowsReferencesThatGoInACircle) {
  ASSERT_TRUE(ok(
      run("ALTER TABLE customers ADD favourite INT, ADD FOREIGN KEY (favourite) REFERENCES orders "
          "(id);"
          "UPDATE customers SET favourite = id + 100 WHERE id % 5 = 0")));

  ASSERT_TRUE(ok(keep({{"orders", "id = 25"}})));

  expect_every_reference_to_lead_somewhere();
  // Order 25 -> customer 25 -> order 125 -> customer 25.
  EXPECT_EQ(ids("orders"), "25 125");
}

TEST_P(MariadbSubset, KeepsOfAnOwnedTableOnlyWhatBelongsToSomethingKept) {
  ASSERT_TRUE(
      ok(run("CREATE TABLE events (id INT, `order` INT, FOREIGN KEY (`order`) REFERENCES orders "
             "(id));"
             "INSERT INTO events VALUES (1, 25), (2, 26), (3, NULL)")));

  ASSERT_TRUE(ok(keep({{"orders", "id = 25"}})));
  EXPECT_EQ(ids("events"), "1");
}

TEST_P(MariadbSubset, RunsNoTriggerOfTheTablesAndLeavesThemThere) {
  ASSERT_TRUE(ok(run(R"sql(
      CREATE TABLE seen (id INT);
      DELIMITER //
      CREATE DEFINER = `it's me`@localhost TRIGGER refuse BEFORE DELETE ON orders FOR EACH ROW
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'orders are never deleted' //
      CREATE TRIGGER look AFTER UPDATE ON orders FOR EACH ROW INSERT INTO seen VALUES (NEW.id) //)sql")));

  const auto kept = keep({{"orders", "id = 25"}});

  if (world().is_mysql()) {
    ASSERT_FALSE(kept) << "it cannot put them aside";
    EXPECT_THAT(kept.error().message, HasSubstr("the trigger slip.look would fire"));
    EXPECT_EQ(count("orders"), 300);
    return;
  }
  EXPECT_TRUE(ok(kept));
  EXPECT_EQ(count("seen"), 0);
  ASSERT_TRUE(ok(run("UPDATE orders SET placed = NOW()")));
  EXPECT_EQ(count("seen"), 1);
  const auto refused = run("DELETE FROM orders");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("definer"));
}

TEST_P(MariadbSubset, DeletesNothingWhereItCannotDoAll) {
  const auto unknown = keep({{"orders", "id = 1"}, {"oders", "id = 1"}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message,
              HasSubstr("the subset names \"oders\", and there is no such table"));
  const auto wrong = keep({{"orders", "plced > NOW()"}});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("plced"));

  EXPECT_EQ(count("orders"), 300);
  EXPECT_EQ(count("customers"), 100);
  EXPECT_EQ(columns_left_behind(), "0");
}

TEST_P(MariadbSubset, TakesConditionsAndNamesAsTheyAreWritten) {
  ASSERT_TRUE(ok(run(R"sql(CREATE DATABASE `other.one`;
      CREATE TABLE `other.one`.`It``s` (words TEXT);
      INSERT INTO `other.one`.`It``s` VALUES ('it''s'), ('a\\b'), ('//'))sql")));
  const std::string table = "`other.one`.`It``s`";

  ASSERT_TRUE(ok(keep({{table, R"(words IN ('it''s', 'a\\b', '//'))"}})));
  EXPECT_EQ(count(table), 3);
  ASSERT_TRUE(ok(keep({{table, R"(words = 'a\\b')"}})));
  EXPECT_EQ(count(table), 1);

  for (const char* wrong : {"", "a.b.c", "`a", "a.", ".a", "`a`b"}) {
    EXPECT_FALSE(world().adapter().sql_scripts()->subset_script({{wrong, "true"}})) << wrong;
  }
}

}  // namespace slip
