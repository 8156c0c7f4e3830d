// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/postgresql_world.h"

namespace slip {

using testing::HasSubstr;

// A small shop: orders of customers, who live in countries; items of orders, of products, which
// suppliers make; addresses and wishes of customers; employees, who have managers; and a log that
// references nothing.
constexpr const char* kShop = R"sql(
CREATE TABLE countries (code text PRIMARY KEY);
CREATE TABLE customers (id int PRIMARY KEY, country text REFERENCES countries,
                        recommended_by int REFERENCES customers);
CREATE TABLE addresses (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers);
CREATE TABLE suppliers (id int PRIMARY KEY);
CREATE TABLE products (id int, color text, supplier int REFERENCES suppliers,
                       PRIMARY KEY (id, color));
CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers ON DELETE CASCADE,
                     placed date NOT NULL);
CREATE TABLE items (id int PRIMARY KEY, "order" int NOT NULL REFERENCES orders, product int,
                    color text, FOREIGN KEY (product, color) REFERENCES products);
CREATE TABLE remarks (id int PRIMARY KEY, item int REFERENCES items,
                      answers int REFERENCES remarks);
CREATE TABLE log (id int PRIMARY KEY, words text);

INSERT INTO countries SELECT c FROM unnest(ARRAY['DE', 'AT', 'CH', 'FR']) c;
-- Customer n was recommended by n - 1, up to the first of each ten.
INSERT INTO customers SELECT i, (ARRAY['DE', 'AT', 'CH'])[i % 3 + 1],
       CASE WHEN i % 10 = 1 THEN NULL ELSE i - 1 END FROM generate_series(1, 100) i;
INSERT INTO addresses SELECT i, (i - 1) % 100 + 1 FROM generate_series(1, 200) i;
INSERT INTO suppliers SELECT i FROM generate_series(1, 10) i;
INSERT INTO products SELECT i, c, i % 10 + 1 FROM generate_series(1, 50) i,
       unnest(ARRAY['red', 'blue']) c;
INSERT INTO orders SELECT i, (i - 1) % 100 + 1, date '2026-01-01' + i FROM generate_series(1, 300) i;
INSERT INTO items SELECT i, (i - 1) / 2 + 1, i % 50 + 1, CASE WHEN i % 4 = 0 THEN NULL ELSE 'red' END
  FROM generate_series(1, 600) i;
INSERT INTO remarks SELECT i, i, CASE WHEN i > 1 THEN i - 1 END FROM generate_series(1, 600) i;
INSERT INTO log SELECT i, 'something' FROM generate_series(1, 1000) i;
)sql";

class PostgresqlSubset : public AdapterTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ok(ingest(one_)));
    ASSERT_TRUE(ok(bring_up(one_)));
    ASSERT_TRUE(ok(run(kShop)));
  }
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  Result<std::string> run(const std::string& text) {
    return world().adapter().sql_scripts()->run_sql(one_, {.text = text});
  }
  Result<std::string> keep(const std::map<std::string, std::string>& subset) {
    return run(world().adapter().sql_scripts()->subset_script(subset).value());
  }
  std::string value(const std::string& sql) {
    const auto rows = world().sql(one_, sql);
    return rows.empty() ? "(none)" : rows.front().front().value_or("(null)");
  }
  int count(const std::string& table) { return std::stoi(value("SELECT count(*) FROM " + table)); }
  // Adds every foreign key anew, which checks all rows.
  void expect_every_reference_to_lead_somewhere() {
    const auto checked = run(R"sql(
      DO $$ DECLARE it record; BEGIN
        FOR it IN SELECT conrelid::regclass AS t, conname, pg_get_constraintdef(oid) AS d
                    FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 LOOP
          EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', it.t, it.conname);
          EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', it.t, it.conname, it.d);
        END LOOP; END $$)sql");
    EXPECT_TRUE(ok(checked));
  }

  InstanceContext one_ = world().instance("ins_one", world().good());
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlSubset, testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlSubset, KeepsTheNamedRowsWithWhatBelongsToThemAndWhatTheyReference) {
  const auto kept = keep({{"orders", "id IN (25, 125)"}});

  ASSERT_TRUE(ok(kept));
  EXPECT_THAT(*kept, HasSubstr("orders: 298 rows deleted, 2 kept"));
  expect_every_reference_to_lead_somewhere();
  EXPECT_EQ(value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM orders"), "25 125");
  // Customer 25, and who recommended whom up to 21.
  EXPECT_EQ(value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM customers"), "21 22 23 24 25");
  EXPECT_EQ(value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM items"), "49 50 249 250");
  // Their products, with their suppliers.
  EXPECT_EQ(value("SELECT string_agg(id || color, ' ' ORDER BY id) FROM products"), "1red 50red");
  EXPECT_EQ(count("suppliers"), 2);
  EXPECT_EQ(count("countries"), 3);
  // What is not connected to orders stays, but for what would reference deleted rows.
  EXPECT_EQ(count("addresses"), 10);
  EXPECT_EQ(count("log"), 1000);
  // Each answers one that is gone, down to the first.
  EXPECT_EQ(count("remarks"), 0);
}

TEST_P(PostgresqlSubset, KeepsAWholeTableThatIsNamedWithTrue) {
  ASSERT_TRUE(ok(keep({{"orders", "id < 5 -- the first"}, {"countries", "true"}})));

  expect_every_reference_to_lead_somewhere();
  EXPECT_EQ(count("countries"), 4);
  EXPECT_EQ(count("orders"), 4);
  EXPECT_EQ(value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM remarks"), "1 2 3 4 5 6 7 8");
}

TEST_P(PostgresqlSubset, AddsWhatIsReferencedToWhatIsNamed) {
  ASSERT_TRUE(ok(keep({{"orders", "id = 30"}, {"customers", "id = 55"}})));

  expect_every_reference_to_lead_somewhere();
  EXPECT_EQ(count("orders"), 1);
  EXPECT_EQ(value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM customers"),
            "21 22 23 24 25 26 27 28 29 30 51 52 53 54 55");
}

TEST_P(PostgresqlSubset, FollowsReferencesThatGoInACircle) {
  ASSERT_TRUE(
      ok(run("ALTER TABLE customers ADD favourite int REFERENCES orders;"
             "UPDATE customers SET favourite = id + 100 WHERE id % 5 = 0")));

  ASSERT_TRUE(ok(keep({{"orders", "id = 25"}})));

  expect_every_reference_to_lead_somewhere();
  // Order 25 -> customer 25 -> order 125 -> customer 25.
  EXPECT_EQ(value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM orders"), "25 125");
}

TEST_P(PostgresqlSubset, KeepsOfAnOwnedTableOnlyWhatBelongsToSomethingKept) {
  ASSERT_TRUE(
      ok(run("CREATE TABLE events (id int, \"order\" int REFERENCES orders);"
             "INSERT INTO events VALUES (1, 25), (2, 26), (3, NULL)")));

  ASSERT_TRUE(ok(keep({{"orders", "id = 25"}})));
  EXPECT_EQ(value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM events"), "1");
}

TEST_P(PostgresqlSubset, TakesPartitionsForOneTable) {
  ASSERT_TRUE(ok(run(R"sql(
      CREATE TABLE visits (id int, customer int REFERENCES customers, at int) PARTITION BY RANGE (at);
      CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM (0) TO (50);
      CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM (50) TO (1000);
      INSERT INTO visits SELECT i, (i - 1) % 100 + 1, i FROM generate_series(1, 200) i)sql")));

  ASSERT_TRUE(ok(keep({{"visits", "at IN (11, 111)"}})));

  expect_every_reference_to_lead_somewhere();
  EXPECT_EQ(value("SELECT string_agg(at::text, ' ' ORDER BY at) FROM visits"), "11 111");
  EXPECT_EQ(count("customers"), 1);
}

TEST_P(PostgresqlSubset, RunsNoTriggerOfTheTables) {
  ASSERT_TRUE(ok(run(R"sql(
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'orders are never deleted'; END $$;
      CREATE TRIGGER refuse BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION refuse())sql")));

  EXPECT_TRUE(ok(keep({{"orders", "id = 25"}})));

  EXPECT_FALSE(run("DELETE FROM orders"));
}

TEST_P(PostgresqlSubset, DeletesNothingWhereItCannotDoAll) {
  const auto unknown = keep({{"orders", "id = 1"}, {"oders", "id = 1"}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message,
              HasSubstr("the subset names \"oders\", and there is no such table"));
  const auto wrong = keep({{"orders", "plced > now()"}});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("plced"));

  EXPECT_EQ(count("orders"), 300);
  EXPECT_EQ(count("customers"), 100);
}

TEST_P(PostgresqlSubset, TakesConditionsAndNamesAsTheyAreWritten) {
  ASSERT_TRUE(ok(run(R"sql(CREATE SCHEMA "other one";
      CREATE TABLE "other one"."It's" (words text);
      INSERT INTO "other one"."It's" VALUES ('it''s'), ('a\b'), ('$slipstream$'))sql")));

  ASSERT_TRUE(
      ok(keep({{R"("other one"."It's")", R"(words IN ('it''s', 'a\b', '$slipstream$'))"}})));
  EXPECT_EQ(count(R"("other one"."It's")"), 3);
  ASSERT_TRUE(ok(keep({{R"("other one"."It's")", R"(words = 'a\b')"}})));
  EXPECT_EQ(count(R"("other one"."It's")"), 1);
}

}  // namespace slip
