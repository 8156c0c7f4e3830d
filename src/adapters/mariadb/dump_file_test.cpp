// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/dump_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "adapters/mariadb/lines.h"
#include "base/temporary_directory.h"

namespace slip::mariadb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class MariadbDumpFile : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "dump.sql"; }
  Result<DumpContent> scan(const std::string& text) {
    std::ofstream(path()) << text;
    return scan_dump(TRY(open_dump(path())).get(), path());
  }
  Result<Packing> format(const std::string& text) {
    std::ofstream(path()) << text;
    return detect_packing(TRY(open_dump(path())).get(), path());
  }

 private:
  TemporaryDirectory folder_;
};

TEST_F(MariadbDumpFile, TellsWhatItNeedsAndWhereItsOriginWas) {
  const auto content = scan(
      "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n"
      "-- CHANGE MASTER TO MASTER_LOG_FILE='binlog.000002', MASTER_LOG_POS=4005;\n"
      "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `a ``shop``` /*!40100 x */;\n"
      "INSERT INTO `o` VALUES ('DEFINER=`no`@`body`');\n"
      "CREATE DEFINER=`ghost`@`no where` PROCEDURE `p`()\n"
      "/*!50013 DEFINER=`of view`@`%` SQL SECURITY DEFINER */\n"
      "-- SET GLOBAL gtid_slave_pos='0-77-31';\n"
      "-- Dump completed on 2026-11-25\n");
  ASSERT_TRUE(content);
  EXPECT_THAT(content->definers,
              ElementsAre(Account{"ghost", "no where"}, Account{"of view", "%"}));
  EXPECT_THAT(content->databases_made, ElementsAre("a `shop`"));
  EXPECT_EQ(content->binlog_position, "binlog.000002:4005");
  EXPECT_EQ(content->gtid, "0-77-31");
  EXPECT_EQ(content->origin, "MariaDB 10.11.6");
}

TEST_F(MariadbDumpFile, CallsEnginesCharacterSetsAndCollations) {
  const auto content = scan(
      "CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_bin */;\n"
      "CREATE TABLE `words` (\n"
      "  `word` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci DEFAULT NULL,\n"
      "  `how` text COMMENT 'no COLLATE at_all ENGINE=none',\n"
      "  `when` text COLLATE utf8mb4_uca1400_ai_ci\n"
      ") ENGINE=Mroonga DEFAULT CHARSET=utf8mb3;\n"
      "INSERT INTO `words` VALUES ('ENGINE=InnoDB');\n");
  ASSERT_TRUE(content);
  EXPECT_EQ(content->engines, (NamedPlaces{{"Mroonga", {.line = 6}}}));
  EXPECT_EQ(
      content->character_sets,
      (NamedPlaces{{"latin1", {.line = 1}}, {"utf8mb3", {.line = 6}}, {"utf8mb4", {.line = 3}}}));
  EXPECT_EQ(content->collations,
            (NamedPlaces{{"latin1_bin", {.line = 1}}, {"utf8mb4_uca1400_ai_ci", {.line = 3}}}));
}

TEST_F(MariadbDumpFile, IsBrokenWhenTheMarkOfItsEndIsMissing) {
  const auto refused = scan("-- MySQL dump 10.13\nCREATE TABLE a (n int);\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.error().message, HasSubstr("ends in the middle"));
}

TEST_F(MariadbDumpFile, MayBeAnyScript) {
  EXPECT_TRUE(scan("CREATE TABLE a (n int);\n"));
}

TEST_F(MariadbDumpFile, IsRefusedWhenItIsNotSql) {
  EXPECT_FALSE(format(""));
  EXPECT_FALSE(format(std::string("PGDMP\0\1", 7)));
}

TEST_F(MariadbDumpFile, IsRefusedAtOnceWhenItIsNoFile) {
  EXPECT_EQ(open_dump("/nowhere").error().code, ErrorCode::not_found);
  EXPECT_EQ(open_dump("/").error().code, ErrorCode::invalid_argument);
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_EQ(open_dump(path()).error().code, ErrorCode::invalid_argument);
}

// What is not a dump, or a hostile one, may have a line of any length: none is kept whole.
TEST_F(MariadbDumpFile, MayHaveALineOfAnyLength) {
  std::ofstream(path()) << "CREATE DATABASE a;\n";
  ASSERT_EQ(::truncate(path().c_str(), std::int64_t{256} << 20), 0);
  const auto file = open_dump(path());
  ASSERT_TRUE(file);
  Lines lines(file->get(), path());
  std::size_t longest = 0;
  std::uint64_t bytes = 0;
  int begun = 0;
  for (Lines::Piece piece; lines.next(piece).value();) {
    longest = std::max(longest, piece.text.size());
    bytes += piece.text.size();
    begun += piece.begins ? 1 : 0;
  }
  EXPECT_LE(longest, std::size_t{1} << 20);
  EXPECT_EQ(begun, 2);
  EXPECT_EQ(bytes, (std::uint64_t{256} << 20) - 1);
}

}  // namespace
}  // namespace slip::mariadb
