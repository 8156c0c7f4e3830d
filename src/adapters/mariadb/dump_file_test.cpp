#include "adapters/mariadb/dump_file.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/file.h"

namespace slip::mariadb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class MariadbDumpFile : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& text) {
    const auto path = folder_.path() / "dump.sql";
    std::ofstream(path) << text;
    return path;
  }

 private:
  TemporaryDirectory folder_;
};

TEST_F(MariadbDumpFile, TellsWhatItNeedsAndWhereItsOriginWas) {
  const auto content =
      scan_dump(file("-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n"
                     "-- CHANGE MASTER TO MASTER_LOG_FILE='binlog.000002', MASTER_LOG_POS=4005;\n"
                     "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `a ``shop``` /*!40100 x */;\n"
                     "INSERT INTO `o` VALUES ('DEFINER=`no`@`body`');\n"
                     "CREATE DEFINER=`ghost`@`no where` PROCEDURE `p`()\n"
                     "/*!50013 DEFINER=`of view`@`%` SQL SECURITY DEFINER */\n"
                     "-- SET GLOBAL gtid_slave_pos='0-77-31';\n"
                     "-- Dump completed on 2026-11-25\n"));
  ASSERT_TRUE(content);
  EXPECT_THAT(content->definers,
              ElementsAre(Account{"ghost", "no where"}, Account{"of view", "%"}));
  EXPECT_THAT(content->databases_made, ElementsAre("a `shop`"));
  EXPECT_EQ(content->binlog_position, "binlog.000002:4005");
  EXPECT_EQ(content->gtid, "0-77-31");
}

TEST_F(MariadbDumpFile, IsBrokenWhenTheMarkOfItsEndIsMissing) {
  const auto refused = scan_dump(file("-- MySQL dump 10.13\nCREATE TABLE a (n int);\n"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.error().message, HasSubstr("ends in the middle"));
}

TEST_F(MariadbDumpFile, MayBeAnyScript) {
  EXPECT_TRUE(scan_dump(file("CREATE TABLE a (n int);\n")));
}

TEST_F(MariadbDumpFile, IsRefusedWhenItIsNotSql) {
  EXPECT_FALSE(detect_format(file("")));
  EXPECT_FALSE(detect_format(file(std::string("PGDMP\0\1", 7))));
  EXPECT_FALSE(detect_format("/nowhere"));
}

}  // namespace
}  // namespace slip::mariadb
