// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/dump_folder.h"

#include <gmock/gmock.h>

#include <fstream>

#include "adapters/mariadb/folder_text.h"
#include "adapters/mariadb/tab_format.h"
#include "base/temporary_directory.h"

namespace slip::mariadb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class MariadbDumpFolder : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& text = "SELECT 1;\n") {
    std::ofstream(folder_.path() / name) << text;
  }
  void put_finished() { put("metadata", "Finished dump at: 2026-11-29 21:40:14\n"); }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    const auto folder = read_dump_folder(folder_.path());
    EXPECT_TRUE(folder) << folder.error().describe();
    if (!folder) return names;
    for (const auto& file : folder->files) names.push_back(file.name);
    return names;
  }
  Error refusal() {
    const auto folder = read_dump_folder(folder_.path());
    EXPECT_FALSE(folder);
    return folder ? Error{} : folder.error();
  }

  TemporaryDirectory folder_;
};

TEST_F(MariadbDumpFolder, IsLoadedInTheOrderInWhichOneThingNeedsAnother) {
  put_finished();
  for (const char* name :
       {"shop-schema-create.sql", "shop-schema-post.sql.zst", "shop-schema-triggers.sql",
        "shop.orders-schema.sql.gz", "shop.orders.00000.sql.gz", "shop.orders.00001.00002.sql",
        "shop.ids-schema-sequence.sql", "shop.v-schema.sql", "shop.v-schema-view.sql",
        "shop.orders-schema-triggers.sql", "shop.orders-metadata", "mysql-schema-create.sql",
        "mysql.user-schema.sql", "mysql.user.sql"}) {
    put(name);
  }
  EXPECT_THAT(names(), ElementsAre("shop-schema-create.sql", "shop.ids-schema-sequence.sql",
                                   "shop.orders-schema.sql.gz", "shop.v-schema.sql",
                                   "shop.orders.00000.sql.gz", "shop.orders.00001.00002.sql",
                                   "shop-schema-post.sql.zst", "shop.v-schema-view.sql",
                                   "shop-schema-triggers.sql", "shop.orders-schema-triggers.sql"));
}

TEST_F(MariadbDumpFolder, KnowsADatabaseWithADotByTheFileThatMakesIt) {
  const std::vector<std::string> databases = {"a", "a.b"};
  EXPECT_EQ(understand_name("a.b.t-schema.sql", databases)->database, "a.b");
  EXPECT_EQ(understand_name("a.c.t.sql", databases)->database, "a");
  EXPECT_EQ(understand_name("z.t.sql", databases)->database, "z");
  EXPECT_FALSE(understand_name("metadata", databases));
}

TEST_F(MariadbDumpFolder, ReadsTheNotesOfOldAndOfNewReleases) {
  const auto old = read_notes(
      "Started dump at: 2026-11-29 21:40:13\nSHOW MASTER STATUS:\n\tLog: binlog.000001\n"
      "\tPos: 4084\n\tGTID:0-1-19\n\nSHOW SLAVE STATUS:\n\tHost: 1.2.3.4\n\tLog: x.1\n"
      "Finished dump at: 2026-11-29 21:40:14\n");
  EXPECT_EQ(old.binlog_position, "binlog.000001:4084");
  EXPECT_EQ(old.gtid, "0-1-19");
  EXPECT_TRUE(old.is_finished);

  const auto later = read_notes(
      "# Started dump at: 2026-11-29 21:40:13\n[master]\n# Channel_Name = ''\n"
      "File = binlog.000017\nPosition = 241\nExecuted_Gtid_Set = 7b16:1-9\n\n"
      "[`shop`.`or``ders`]\nRows = 2\n[`shop`; DROP]\nrows = 9\n"
      "# Finished dump at: 2026-11-29 21:40:14\n");
  EXPECT_EQ(later.binlog_position, "binlog.000017:241");
  EXPECT_EQ(later.gtid, "7b16:1-9");
  EXPECT_THAT(later.rows, ElementsAre(Pair("`shop`.`or``ders`", 2)));
  EXPECT_TRUE(later.is_finished);

  // Of release 1.0, for MySQL 8.4.
  const auto newest = read_notes(
      "# Started dump at: 2026-11-29 21:40:13\n[config]\nquote-character = BACKTICK\n\n"
      "[myloader_session_variables]\nSQL_MODE='NO_AUTO_VALUE_ON_ZERO,STRICT_TRANS_TABLES' "
      "/*!40101\n\n[source]\n# Channel_Name = '' # It can be use to setup replication FOR CHANNEL\n"
      "# SOURCE_LOG_FILE = \"binlog.000002\"\n# SOURCE_LOG_POS = 839\n"
      "# executed_gtid_set = \"7b16:1-9\"\n\n[`shop`.`orders`]\nreal_table_name=orders\nrows = 2\n"
      "data_checksum = 3187537694\n\n[`shop`]\nschema_checksum = 95DC8DDE\n"
      "# Finished dump at: 2026-11-29 21:40:14\n");
  EXPECT_EQ(newest.binlog_position, "binlog.000002:839");
  EXPECT_EQ(newest.gtid, "7b16:1-9");
  EXPECT_THAT(newest.rows, ElementsAre(Pair("`shop`.`orders`", 2)));
  EXPECT_TRUE(newest.is_finished);
  EXPECT_FALSE(newest.quotes_as_ansi);

  EXPECT_FALSE(read_notes("Started dump at: 2026-11-29 21:40:13\n").is_finished);
}

TEST_F(MariadbDumpFolder, IsRefusedWithNamesInDoubleQuotes) {
  put("shop.orders-schema.sql", "CREATE TABLE \"orders\" (\"id\" int);\n");
  put("metadata",
      "# Started dump at: 2026-11-29 21:40:13\n[config]\nquote-character = DOUBLE_QUOTE\n"
      "# Finished dump at: 2026-11-29 21:40:14\n");
  EXPECT_THAT(refusal().hint, HasSubstr("--identifier-quote-character=BACKTICK"));
}

std::string seen_in(std::initializer_list<std::string_view> files) {
  TabFormat format;
  for (const auto& file : files) format.take(file);
  return format.looks_as_with();
}

TEST(MariadbTabFormat, IsSeenByWhatAllFilesHave) {
  EXPECT_EQ(seen_in({"1\tword\n2\t\\N\n", "\"a\"\t\"b\"\n"}), "");
  EXPECT_EQ(seen_in({"1\t2026-01-01 10:00:00\n"}), "");
  EXPECT_EQ(seen_in({}), "");
  EXPECT_THAT(seen_in({"1\t\"a\\\tb\"\t2026-01-01\n", "\\N\t\"c\\\n#\"\n", "7\n"}),
              HasSubstr("--fields-enclosed-by"));
  EXPECT_THAT(seen_in({"'a'\t\x15\n", "'\\'\\'b'\n"}), HasSubstr("--fields-enclosed-by"));
  EXPECT_EQ(seen_in({"'a'\n", "\"b\"\n"}), "");
  EXPECT_THAT(seen_in({"1\ta\r\n", "x\r\n"}), HasSubstr("--lines-terminated-by"));
  EXPECT_EQ(seen_in({"1\ta\r\n", "x\n"}), "");
  EXPECT_EQ(seen_in({"{\"a\": 1}\n", "[1]\n"}), "");
}

TEST_F(MariadbDumpFolder, IsRefusedWhenMydumperDidNotComeToItsEnd) {
  put("shop-schema-create.sql");
  EXPECT_THAT(refusal().message, HasSubstr("has not come to its end"));
  put("metadata", "Started dump at: 2026-11-29 21:40:13\n");
  EXPECT_THAT(refusal().message, HasSubstr("does not say that it was finished"));
  put_finished();
  put("metadata.partial");
  EXPECT_THAT(refusal().message, HasSubstr("has not come to its end"));
}

TEST_F(MariadbDumpFolder, IsRefusedWhenAFileIsMissing) {
  put_finished();
  put("shop-schema-create.sql");
  put("shop.orders.00000.sql");
  EXPECT_THAT(refusal().message, HasSubstr("no shop.orders-schema.sql"));
  put("shop.orders-schema.sql");
  put("shop.items-schema.sql");
  EXPECT_EQ(names().size(), 4U);
  put("metadata", "[`shop`.`items`]\nrows = 3\n# Finished dump at: 2026-11-29 21:40:14\n");
  EXPECT_THAT(refusal().message, HasSubstr("shop.items had 3 rows, and no file has them"));
}

TEST_F(MariadbDumpFolder, IsRefusedWithRowsForLoadData) {
  put_finished();
  put("shop.orders-schema.sql");
  put("shop.orders.00000.sql");
  put("shop.orders.00000.dat");
  EXPECT_THAT(refusal().hint, HasSubstr("without --load-data"));
}

TEST_F(MariadbDumpFolder, OfTabHasATableAndItsTriggersInOneFile) {
  put("orders.sql", "DROP TABLE IF EXISTS `orders`;\nCREATE TABLE `orders` (\n");
  put("orders.txt");
  put("seen.sql", "/*!50001 CREATE ALGORITHM=UNDEFINED */\n");
  EXPECT_THAT(names(), ElementsAre("orders.sql", "orders.txt", "seen.sql", "orders.sql"));
  put("lost.sql", "DROP TABLE IF EXISTS `lost`;\nCREATE TABLE `lost` (\n");
  EXPECT_THAT(refusal().message, HasSubstr("no lost.txt"));
  put("lost.txt");
  put("more.txt");
  EXPECT_THAT(refusal().message, HasSubstr("no more.sql"));
}

TEST_F(MariadbDumpFolder, IsRefusedWhenItIsOfNeither) {
  put("anything.sql");
  EXPECT_THAT(refusal().message, HasSubstr("none that mydumper or mariadb-dump --tab"));
}

class MariadbFolderText : public MariadbDumpFolder {
 protected:
  std::string written(const std::string& text, Wanted wanted) {
    put("from", text);
    const Directory top = Directory::open(folder_.path()).value();
    EXPECT_TRUE(top.remove("to"));
    {
      const UniqueFd to = top.create_file("to", {}).value();
      EXPECT_TRUE(write_wanted(top.open_file("from").value().get(), wanted, to.get(), "from"));
    }
    return top.read("to").value();
  }
};

TEST_F(MariadbFolderText, KeepsEveryLineWhereItIs) {
  const std::string tab = "CREATE TABLE a (\n);\n/*!50003 SET @x = 1 */ ;\nDELIMITER ;;\n";
  EXPECT_EQ(written(tab, Wanted::before_triggers), "CREATE TABLE a (\n);\n\n\n");
  EXPECT_EQ(written(tab, Wanted::triggers), "\n\n/*!50003 SET @x = 1 */ ;\nDELIMITER ;;\n");
  EXPECT_EQ(written("CREATE TRIGGER t BEGIN DO 1; \nDO 2; END;\nDO 3;\n", Wanted::statements),
            "CREATE TRIGGER t BEGIN DO 1; \nDO 2; END$slipstream$\nDO 3$slipstream$\n");
}

}  // namespace
}  // namespace slip::mariadb
