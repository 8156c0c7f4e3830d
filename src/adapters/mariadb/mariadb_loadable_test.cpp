// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/loadable_text.h"
#include "adapters/mariadb/mariadb_origin.h"
#include "base/subprocess.h"

namespace slip {

TEST(MariadbLoadableText, SetsTheNextValueWhereverItLies) {
  const auto set = [](const std::string& made, const std::string& next) {
    mariadb::LoadableText text(false);
    text.keep("CREATE SEQUENCE `s` " + made + " cache 1000 nocycle ENGINE=InnoDB;");
    return text.keep("DO SETVAL(`s`, " + next + ", 0);");
  };
  const std::string up = "start with 1000 minvalue 1 maxvalue 2000 increment by 1";
  EXPECT_EQ(set(up, "3"), "ALTER SEQUENCE `s` RESTART 3;");
  EXPECT_EQ(set(up, "1500"), "DO SETVAL(`s`, 1500, 0);");
  EXPECT_EQ(set(up, "2001"), "DO SETVAL(`s`, 2001, 0);") << "it is used up";
  const std::string down = "start with -5 minvalue -100 maxvalue -1 increment by -1";
  EXPECT_EQ(set(down, "-3"), "ALTER SEQUENCE `s` RESTART -3;");
  EXPECT_EQ(set(down, "-7"), "DO SETVAL(`s`, -7, 0);");
}

TEST(MariadbLoadableText, LeavesOutLocksAndTheDatabaseOfADefault) {
  const std::string column = "  `id` bigint(20) NOT NULL DEFAULT nextval(`shop`.`s`),";
  mariadb::LoadableText anywhere(true);
  EXPECT_EQ(anywhere.keep("LOCK TABLES `t` WRITE;"), "");
  EXPECT_EQ(anywhere.keep(column), "  `id` bigint(20) NOT NULL DEFAULT nextval(`s`),");
  EXPECT_EQ(anywhere.keep("INSERT INTO `t` VALUES (1,'nextval(`shop`.`s`)');"),
            "INSERT INTO `t` VALUES (1,'nextval(`shop`.`s`)');");
  mariadb::LoadableText there(false);
  EXPECT_EQ(there.keep(column), column);
  there.keep("DELIMITER ;;");
  for (const char* of_a_body : {"LOCK TABLES are words of a body", "FLUSH PRIVILEGES;"}) {
    EXPECT_EQ(there.keep(of_a_body), of_a_body);
  }
  there.keep("DELIMITER ;");
  EXPECT_EQ(there.keep("/*! FLUSH PRIVILEGES */;"), "");
}

// How each way of copying a production is taken, and which of its dumps is loaded.
class MariadbLoadable : public MariadbOrigin {
 protected:
  void make_production() {
    start_origin();
    for (const char* statement :
         {"DROP VIEW staff.names",  // its columns are named by the database
          "CREATE SEQUENCE staff.number START WITH 1000 MINVALUE 1",
          "CREATE TABLE staff.counted (id BIGINT PRIMARY KEY DEFAULT NEXTVAL(staff.number), v INT)",
          "INSERT INTO staff.counted (v) VALUES (1), (2)",
          "ALTER SEQUENCE staff.number RESTART 5"}) {
      world().sql(origin_, statement);
    }
  }
  std::filesystem::path dumped(const std::vector<std::string>& what) {
    const auto path = world().files() / "dump.sql";
    std::vector<std::string> argv = {world().program(world().dialect().dump),
                                     "--no-defaults",
                                     "--protocol=tcp",
                                     "--host=127.0.0.1",
                                     "--port=" + std::to_string(origin_.port),
                                     "--user=slip",
                                     "--skip-lock-tables",
                                     "--result-file=" + path.string()};
    argv.insert(argv.end(), what.begin(), what.end());
    EXPECT_TRUE(ok(run_ok({.argv = argv, .env = {{"MYSQL_PWD", origin_.login.password}}})));
    return path;
  }
  // Its rows, and the next number, which is that of production.
  void expect_counted(const InstanceContext& copy, const std::string& database) {
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_EQ(world().one(copy, "SELECT GROUP_CONCAT(id) FROM counted", database), "1000,1001");
    world().sql(copy, "INSERT INTO counted (v) VALUES (3)", database);
    EXPECT_EQ(world().one(copy, "SELECT id FROM counted WHERE v = 3", database), "5");
  }
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbLoadable, testing::ValuesIn(test::worlds()));

TEST_P(MariadbLoadable, GoesOnAsAtProductionWhicheverWayItIsCopied) {
  if (world().is_mysql()) GTEST_SKIP() << "MySQL has no sequences";
  make_production();
  const auto whole =
      of({{"dump", dumped({"--databases", "staff"}).string()}, {"database", "staff"}}, "ins_whole");
  ASSERT_TRUE(ok(ingest(whole)));
  expect_counted(whole, "staff");

  const auto one = of({{"dump", dumped({"staff"}).string()}, {"database", "other"}}, "ins_one");
  ASSERT_TRUE(ok(ingest(one)));
  expect_counted(one, "other");

  const auto linked = of({{"url", "mysql://slip:secret%20of%20ins_origin@127.0.0.1:" +
                                      std::to_string(origin_.port) + "/staff"}},
                         "ins_linked");
  ASSERT_TRUE(ok(ingest(linked)));
  expect_counted(linked, "staff");
}

}  // namespace slip
