// SPDX-License-Identifier: Apache-2.0
// Folders that have a file for each table. Those of --tab are made by the server's own program;
// those of mydumper, which not every release of Debian has, by the test: with the files that
// mydumper 0.10 made of such databases.
#include <sys/stat.h>

#include <fstream>

#include "adapters/mariadb/mariadb_origin.h"

namespace slip {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MariadbFolder : public MariadbOrigin {
 protected:
  // Where the server may write, too.
  fs::path tab(const std::vector<std::string>& options = {}) {
    const fs::path folder = origin_.directory / "tab";
    if (fs::exists(folder)) return folder;
    for (const char* statement :
         {"DROP FUNCTION staff.answer",  // which the program says only to whoever runs it
          "CREATE OR REPLACE VIEW staff.names AS SELECT name FROM staff.employees",
          "CREATE TABLE staff.kinds (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(50) CHARACTER "
          "SET latin1, doc JSON, raw BLOB, bits BIT(5), n INT, twice INT AS (n * 2) STORED, at "
          "TIMESTAMP NULL)",
          "INSERT INTO staff.kinds (word, doc, raw, bits, n, at) VALUES (_latin1 x'e4f6fc', "
          "'{\"a\": \"\xc3\xa4\"}', x'00090a5c27ff', b'10101', 4, '2026-01-01 10:00:00'), "
          "(NULL, NULL, NULL, NULL, NULL, NULL)",
          "CREATE TABLE staff.log (n INT)",
          "CREATE TRIGGER staff.note AFTER INSERT ON staff.kinds FOR EACH ROW INSERT INTO "
          "staff.log VALUES (NEW.id)",
          "CREATE VIEW staff.a_first AS SELECT name FROM staff.names"}) {
      world().sql(origin_, statement);
    }
    fs::create_directory(folder);
    ::chmod(folder.c_str(), 0777);
    Command dump{
        .argv = {world().program(world().dialect().dump), "--no-defaults", "--protocol=tcp",
                 "--host=127.0.0.1", "--port=" + std::to_string(origin_.port), "--user=slip",
                 "--tab=" + folder.string()},
        .env = {{"MYSQL_PWD", origin_.login.password}}};
    dump.argv.insert(dump.argv.end(), options.begin(), options.end());
    dump.argv.emplace_back("staff");
    const auto made = run_ok(dump);
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return folder;
  }
  void put(const std::string& name, const std::string& text) {
    const fs::path folder = world().files() / "mydumper";
    fs::create_directory(folder);
    std::ofstream(folder / name) << text;
  }
  fs::path mydumper() {
    const std::string head = "/*!40101 SET NAMES binary*/;\n/*!40014 SET FOREIGN_KEY_CHECKS=0*/;\n";
    const std::string words =
        "SET @PREV_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;\nSET character_set_client = "
        "utf8mb4;\n";
    put("metadata",
        "Started dump at: 2026-11-29 21:40:13\nSHOW MASTER STATUS:\n\tLog: binlog.000001\n"
        "\tPos: 4084\n\tGTID:0-1-19\n\n[`shop`.`orders`]\nrows = 3\n"
        "Finished dump at: 2026-11-29 21:40:14\n");
    put("shop-schema-create.sql",
        "CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET latin1 */;\n");
    put("crm-schema-create.sql", "CREATE DATABASE `crm`;\n");
    put("crm.people-schema.sql", head + "CREATE TABLE `people` (\n  `n` int\n) ENGINE=InnoDB;\n");
    put("crm.people.sql", head + "INSERT INTO `people` VALUES\n(7);\n");
    put("shop.log-schema.sql", head + "CREATE TABLE `log` (\n  `t` text\n) ENGINE=InnoDB;\n");
    put("shop.orders-schema.sql",
        head + "CREATE TABLE `orders` (\n  `id` int,\n  `word` varchar(9)\n) ENGINE=InnoDB;\n");
    put("shop.orders.00000.sql",
        head + "INSERT INTO `orders` (`id`,`word`) VALUES\n(1,\"\xe4\"),\n(2,\"a;\\nb\");\n");
    put("shop.orders.00001.sql", head + "INSERT INTO `orders` (`id`,`word`) VALUES\n(3,NULL);\n");
    put("shop.orders-schema-triggers.sql",
        words +
            "CREATE DEFINER=`ghost`@`nowhere` TRIGGER note AFTER INSERT ON orders FOR EACH ROW "
            "BEGIN INSERT INTO log VALUES ('one'); \nINSERT INTO log VALUES ('two'); END;\n");
    put("shop.seen-schema.sql",
        "/*!40101 SET NAMES binary*/;\nCREATE TABLE `seen`(\n`id` int\n)ENGINE=MyISAM;\n");
    put("shop.seen-schema-view.sql",
        "DROP TABLE IF EXISTS `seen`;\nDROP VIEW IF EXISTS `seen`;\n" + words +
            "CREATE ALGORITHM=UNDEFINED DEFINER=`ghost`@`nowhere` SQL SECURITY DEFINER VIEW `seen` "
            "AS select next_one(`orders`.`id`) AS `id` from `orders`;\n");
    put("shop-schema-post.sql",
        words +
            "DROP FUNCTION IF EXISTS `next_one`;\nCREATE DEFINER=`ghost`@`nowhere` FUNCTION "
            "`next_one`(a INT) RETURNS int\n    DETERMINISTIC\nBEGIN DECLARE b INT; \nSET b = a "
            "+ 1; RETURN b; END;\n");
    return world().files() / "mydumper";
  }
  void pack(const fs::path& file, const std::string& program) {
    const auto done = run_ok(Command{.argv = {program, "--quiet", "--rm", file.string()}});
    const auto again = done ? done : run_ok(Command{.argv = {program, "--quiet", file.string()}});
    EXPECT_TRUE(again) << (again ? "" : again.error().detail);
  }
  void expect_shop(const InstanceContext& copy) {
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_EQ(world().one(copy,
                          "SELECT GROUP_CONCAT(id, ':', COALESCE(HEX(word), '-') ORDER BY id) "
                          "FROM orders",
                          "shop"),
              "1:E4,2:613B0A62,3:-");
    EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM log", "shop"), "0") << "by a trigger";
    EXPECT_EQ(world().one(copy, "SELECT MAX(id) FROM seen", "shop"), "4");
    EXPECT_EQ(world().one(copy, "SELECT n FROM people", "crm"), "7");
    world().sql(copy, "INSERT INTO orders VALUES (4, 'x')", "shop");
    EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM log", "shop"), "2");
  }
  DumpReport checked(const fs::path& folder) {
    const auto report = world().adapter().dump_check()->check_dump(
        world().with({{"dump", folder}, {"database", "shop"}}), unasked);
    EXPECT_TRUE(ok(report));
    return report.value_or(DumpReport{});
  }
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbFolder, testing::ValuesIn(test::worlds()));

TEST_P(MariadbFolder, OfTabIsLoadedWithEveryByteAndWithoutItsTriggersActing) {
  start_origin();
  const auto folder = tab();
  const auto copy = of({{"dump", folder}, {"database", "staff"}});

  ASSERT_TRUE(ok(ingest(copy)));

  EXPECT_FALSE(fs::exists(copy.directory / "dump"));
  EXPECT_FALSE(fs::exists(copy.directory / "dump.part"));
  ASSERT_TRUE(ok(bring_up(copy)));
  for (const std::string query :
       {"SELECT * FROM staff.kinds ORDER BY id", "CHECKSUM TABLE staff.employees, staff.kinds",
        "SELECT COUNT(*) FROM staff.log", "SELECT COUNT(*) FROM staff.a_first"}) {
    EXPECT_EQ(world().sql(copy, query, "staff"), world().sql(origin_, query)) << query;
  }
  world().sql(copy, "INSERT INTO kinds (n) VALUES (5)", "staff");
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM log", "staff"), "1");
}

TEST_P(MariadbFolder, OfTabIsRefusedWhenAFileOfItIsCutOff) {
  start_origin();
  const auto folder = tab();
  const auto rows = folder / "employees.txt";
  const auto size = fs::file_size(rows);
  fs::resize_file(rows, size - 1);
  EXPECT_THAT(refusal({{"dump", folder}, {"database", "staff"}}).message,
              AllOf(HasSubstr("employees.txt"), HasSubstr("ends in the middle")));
  // With the end of a line, but of half of one: the server says so.
  std::ofstream(rows, std::ios::app) << "\nhalf\n";
  EXPECT_THAT(refusal({{"dump", folder}, {"database", "staff"}}).message,
              AllOf(HasSubstr("employees.txt"), HasSubstr("Row 1001")));
}

TEST_P(MariadbFolder, OfTabIsRefusedInAnotherFormat) {
  start_origin();
  const std::vector<std::vector<std::string>> formats = {
      {"--fields-terminated-by=,"},
      {"--fields-enclosed-by=\""},
      {"--fields-optionally-enclosed-by='"},
      {"--lines-terminated-by=\r\n"},
      {"--lines-terminated-by=;"},
      {"--fields-terminated-by=,", "--fields-optionally-enclosed-by=\"",
       "--lines-terminated-by=|\n"}};
  for (const auto& options : formats) {
    SCOPED_TRACE(options.front());
    const auto folder = tab(options);
    const auto copy = of({{"dump", folder}, {"database", "staff"}},
                         "ins_refused" + std::to_string(&options - formats.data()));
    const auto refused = ingest(copy);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument) << refused.error().describe();
    EXPECT_THAT(refused.error().hint, HasSubstr("in the usual format"));
    fs::remove_all(folder);
    // What the folder was made of is made again.
    for (const char* drop : {"DROP TABLE staff.kinds", "DROP TABLE staff.log",
                             "CREATE FUNCTION staff.answer() RETURNS INT RETURN 42"}) {
      world().sql(origin_, drop);
    }
    world().sql(origin_, "DROP VIEW staff.a_first");
  }
}

TEST_P(MariadbFolder, OfMydumperIsLoadedPlainAndCompressed) {
  const auto folder = mydumper();
  const auto plain = of({{"dump", folder}, {"database", "shop"}}, "ins_plain");
  const auto filled = ingest(plain);
  ASSERT_TRUE(ok(filled));
  EXPECT_EQ(filled->position, "0-1-19 binlog.000001:4084");
  expect_shop(plain);

  for (const char* name : {"shop.orders.00000.sql", "shop-schema-post.sql"}) {
    pack(folder / name, "zstd");
  }
  pack(folder / "shop.orders-schema.sql", "gzip");
  const auto packed = of({{"dump", folder}, {"database", "shop"}}, "ins_packed");
  ASSERT_TRUE(ok(ingest(packed)));
  expect_shop(packed);
}

TEST_P(MariadbFolder, AsksWhichOfItsDatabasesToLeadTo) {
  EXPECT_THAT(refusal({{"dump", mydumper()}}).message, HasSubstr("crm, shop"));
}

TEST_P(MariadbFolder, IsRefusedBeforeAnythingIsMadeWhereAFileIsDamaged) {
  const auto folder = mydumper();
  const auto refused = [&] { return refusal({{"dump", folder}, {"database", "shop"}}).message; };
  const auto rows = folder / "shop.orders.00000.sql";
  fs::resize_file(rows, fs::file_size(rows) - 3);
  EXPECT_THAT(refused(), AllOf(HasSubstr("orders.00000.sql"), HasSubstr("ends in the middle")));
  mydumper();
  pack(rows, "zstd");
  fs::resize_file(rows.string() + ".zst", fs::file_size(rows.string() + ".zst") - 5);
  EXPECT_THAT(refused(), AllOf(HasSubstr("orders.00000.sql.zst"), HasSubstr("broken")));
  fs::remove(rows.string() + ".zst");
  EXPECT_THAT(refused(), HasSubstr("`shop`.`orders` had 3 rows, and its files have 1"));
}

TEST_P(MariadbFolder, LeadsNowhereByALink) {
  const auto folder = mydumper();
  const auto rows = folder / "shop.orders.00001.sql";
  fs::rename(rows, world().files() / "elsewhere.sql");
  fs::create_symlink(world().files() / "elsewhere.sql", rows);
  const Error error = refusal({{"dump", folder}, {"database", "shop"}});
  EXPECT_EQ(error.code, ErrorCode::precondition_failed);
  EXPECT_THAT(error.message, HasSubstr("shop.orders.00001.sql"));
}

TEST_P(MariadbFolder, NamesTheFileAndLineOfAWrongStatement) {
  const auto folder = mydumper();
  put("shop-schema-post.sql", "DO 0;\nCREATE FUNCTION f() RETURNS INT\nRETURN RETURN;\n");
  EXPECT_THAT(refusal({{"dump", folder}, {"database", "shop"}}).message,
              HasSubstr("shop-schema-post.sql, line 2, cannot be loaded: You have an error"));
}

TEST_P(MariadbFolder, TellsWhatItNeedsBeforeAnythingIsMade) {
  const auto folder = mydumper();
  const DumpReport good = checked(folder);
  EXPECT_EQ(good.format, "folder of mydumper");
  EXPECT_THAT(good.refusals, IsEmpty());
  EXPECT_THAT(good.databases, ElementsAre("crm", "shop"));
  std::string needs;
  for (const auto& need : good.needs) needs += need.what + " " + need.name + "\n";
  EXPECT_THAT(needs, AllOf(HasSubstr("definer ghost@nowhere\n"), HasSubstr("engine InnoDB\n")));

  put("crm.people-schema.sql", "CREATE TABLE `people` (\n  `n` int\n) ENGINE=Warp;\n");
  EXPECT_THAT(checked(folder).refusals.at(0).message,
              HasSubstr("crm.people-schema.sql, line 3: the engine Warp is not known"));
  fs::remove(folder / "metadata");
  EXPECT_THAT(checked(folder).refusals.at(0).message, HasSubstr("has not come to its end"));
}

}  // namespace slip
