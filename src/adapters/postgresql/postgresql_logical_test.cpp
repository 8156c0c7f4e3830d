// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/postgresql_world.h"

namespace slip {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A server of the test's own, which lets nobody replicate: its tables are copied by their rows.
class PostgresqlLogical : public AdapterTest {
 protected:
  void SetUp() override {
    origin_ = world().instance("ins_origin", world().good());
    ASSERT_TRUE(ok(ingest(origin_)));
    ASSERT_TRUE(ok(bring_up(origin_)));
    produce(R"sql(
        CREATE ROLE "the owner";
        CREATE TABLE customers (id int PRIMARY KEY, name text);
        CREATE TABLE orders (id serial PRIMARY KEY, customer int REFERENCES customers, words text);
        CREATE TABLE "odd  name" (a int);
        ALTER TABLE customers OWNER TO "the owner";
        CREATE TABLE visits (id int, at int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM (0) TO (500);
        CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM (500) TO (10000);
        CREATE TABLE seen (visit int, at int, FOREIGN KEY (visit, at) REFERENCES visits);
        CREATE MATERIALIZED VIEW names AS SELECT name FROM customers;
        INSERT INTO customers SELECT i, 'customer ' || i FROM generate_series(1, 1000) i;
        INSERT INTO orders (customer, words)
          SELECT i, repeat('word ', 100) FROM generate_series(1, 1000) i;
        INSERT INTO visits SELECT i, i FROM generate_series(1, 1000) i;
        INSERT INTO seen SELECT i, i FROM generate_series(1, 1000) i;
        INSERT INTO "odd  name" VALUES (1);
        REFRESH MATERIALIZED VIEW names)sql");
    copy_ = world().instance(
        "ins_copy", world().with({{"copy", "logical"},
                                  {"url", "postgresql://slip:secret%20of%20ins_origin@127.0.0.1:" +
                                              std::to_string(origin_.port) + "/postgres"}}));
    ASSERT_TRUE(ok(ingest(copy_)));
  }
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  void produce(const std::string& statements) {
    EXPECT_TRUE(ok(world().adapter().sql_scripts()->run_sql(origin_, {.text = statements})));
  }
  // What a sync does: brings the last copy up to date, beside which its files are remembered.
  void refresh() {
    files_.clear();
    for (const auto& file : fs::recursive_directory_iterator(copy_.directory / "data")) {
      if (file.is_regular_file()) files_[file.path()] = file.last_write_time();
    }
    ASSERT_TRUE(world().adapter().incremental(copy_.config));
    ASSERT_TRUE(ok(ingest(copy_)));
  }
  // Begins a copy of what there is, as a container does.
  void look() {
    look_ = world().instance("ins_look" + std::to_string(++looks_), copy_.config);
    ASSERT_TRUE(ok(run_ok(Command{
        .argv = {"cp", "-a", (copy_.directory / ".").string(), look_.directory.string()}})));
    ASSERT_TRUE(ok(bring_up(look_)));
  }
  std::string value(const std::string& sql) {
    const auto rows = world().sql(look_, sql);
    return rows.empty() ? "(none)" : rows.front().front().value_or("(null)");
  }
  // The file of the table is the one that was there before the refresh, untouched.
  bool kept(const std::string& table) {
    const fs::path file =
        copy_.directory / "data" / value("SELECT pg_relation_filepath('" + table + "')");
    const auto before = files_.find(file);
    return before != files_.end() && fs::last_write_time(file) == before->second;
  }

  InstanceContext origin_;
  InstanceContext copy_;
  InstanceContext look_;
  int looks_ = 0;
  std::map<fs::path, fs::file_time_type> files_;
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlLogical,
                         testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlLogical, CopiesWhatThereIs) {
  look();

  EXPECT_EQ(value("SELECT count(*) FROM orders JOIN customers c ON c.id = customer"), "1000");
  EXPECT_EQ(value("SELECT tableowner FROM pg_tables WHERE tablename = 'customers'"), "the owner");
  EXPECT_EQ(value("SELECT count(*) FROM names"), "1000");
  EXPECT_EQ(value("SELECT last_value FROM orders_id_seq"), "1000");
  EXPECT_FALSE(fs::exists(copy_.directory / "dump"));
  // Containers do not get what the next copy is compared with.
  EXPECT_FALSE(fs::exists(look_.directory / "compared"));
}

TEST_P(PostgresqlLogical, LeavesTablesAloneThatHaveNotChanged) {
  produce(
      "UPDATE customers SET name = 'somebody' WHERE id = 7;"
      "DELETE FROM seen WHERE visit = 3; DELETE FROM visits WHERE id = 3;"
      "INSERT INTO \"odd  name\" VALUES (2); SELECT nextval('orders_id_seq')");

  refresh();
  look();

  EXPECT_EQ(value("SELECT name FROM customers WHERE id = 7"), "somebody");
  EXPECT_EQ(value("SELECT count(*) FROM customers"), "1000");
  EXPECT_EQ(value("SELECT count(*) FROM names WHERE name = 'somebody'"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "999");
  EXPECT_EQ(value("SELECT sum(a) FROM \"odd  name\""), "3");
  EXPECT_EQ(value("SELECT last_value FROM orders_id_seq"), "1001");
  EXPECT_TRUE(kept("orders"));
  EXPECT_TRUE(kept("visits_new"));
  EXPECT_FALSE(kept("customers"));
  EXPECT_FALSE(kept("visits_old"));
  // The keys are there as before, and hold.
  EXPECT_EQ(value("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 "
                  "AND convalidated"),
            "2");
  const auto refused = world().adapter().sql_scripts()->run_sql(
      look_, {.text = "DELETE FROM customers WHERE id = 7"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("orders_customer_fkey"));
}

TEST_P(PostgresqlLogical, LeavesAllOfThemAloneWhereNothingHasChanged) {
  refresh();
  look();

  for (const char* table : {"customers", "orders", "visits_old", "seen", "names"}) {
    EXPECT_TRUE(kept(table)) << table;
  }
}

TEST_P(PostgresqlLogical, LoadsAllAnewWhereTheTablesThemselvesHaveChanged) {
  produce("ALTER TABLE orders ADD paid boolean; CREATE TABLE more (a int)");

  refresh();
  look();

  EXPECT_EQ(value("SELECT count(*) FROM orders WHERE paid IS NULL"), "1000");
  EXPECT_EQ(value("SELECT count(*) FROM more"), "0");
}

TEST_P(PostgresqlLogical, BringsTheSettingsOfTheDatabase) {
  produce(
      "ALTER DATABASE postgres SET search_path = app, public;"
      "ALTER DATABASE postgres SET \"TimeZone\" = 'Europe/Berlin';"
      "ALTER ROLE \"the owner\" IN DATABASE postgres SET work_mem = '9MB'");
  refresh();
  look();
  EXPECT_EQ(value("SHOW search_path"), "app, public");
  EXPECT_EQ(value("SHOW timezone"), "Europe/Berlin");
  EXPECT_EQ(value("SELECT setconfig FROM pg_db_role_setting WHERE setrole <> 0"), "{work_mem=9MB}");

  produce("ALTER DATABASE postgres RESET search_path");
  refresh();
  look();
  EXPECT_EQ(value("SHOW search_path"), "\"$user\", public");
  EXPECT_EQ(value("SHOW timezone"), "Europe/Berlin");
}

TEST_P(PostgresqlLogical, SaysWhatItMayNotRead) {
  produce("CREATE ROLE reader LOGIN PASSWORD 'read'");
  const auto copy = world().instance(
      "ins_other", world().with({{"copy", "logical"},
                                 {"url", "postgresql://reader:read@127.0.0.1:" +
                                             std::to_string(origin_.port) + "/postgres"}}));

  const auto refused = ingest(copy);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().hint, HasSubstr("pg_read_all_data"));
}

TEST_P(PostgresqlLogical, GoesWithAUrlThatIsNotFollowed) {
  for (const auto& settings : std::vector<std::map<std::string, std::string>>{
           {{"copy", "logical"}},
           {{"copy", "somehow"}, {"url", "postgresql://a@b/c"}},
           {{"copy", "logical"}, {"url", "postgresql://a@b/c"}, {"follow", "replication"}}}) {
    EXPECT_FALSE(world().adapter().validate(world().with(settings)));
  }
}

}  // namespace slip
