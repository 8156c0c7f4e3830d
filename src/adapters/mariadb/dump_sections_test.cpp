// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/dump_sections.h"

#include <gmock/gmock.h>

#include <fstream>

#include "adapters/mariadb/dump_file.h"
#include "base/directory.h"
#include "base/file.h"

namespace slip::mariadb {
namespace {

using testing::ElementsAre;

class MariadbDumpSections : public testing::Test {
 protected:
  std::vector<DumpSection> sections(const std::string& text) {
    std::ofstream(dump()) << text;
    auto found = read_sections(open_dump(dump()).value().get(), dump());
    EXPECT_TRUE(found);
    return found.value_or(std::vector<DumpSection>());
  }
  std::vector<std::string> places(const std::vector<DumpSection>& of) {
    std::vector<std::string> all;
    for (const auto& one : of) all.push_back(one.place());
    return all;
  }
  std::filesystem::path dump() { return folder_.path() / "dump"; }
  std::string written(const std::vector<DumpSection>& these, const std::string& preface) {
    const auto folder = Directory::open(folder_.path()).value();
    EXPECT_TRUE(folder.remove("part"));
    EXPECT_TRUE(write_sections(open_dump(dump()).value().get(), these, preface,
                               folder.create_file("part", {}).value().get(), "part"));
    return read_file(folder_.path() / "part").value_or("(none)");
  }

 private:
  TemporaryDirectory folder_;
};

std::string heading(const std::string& words) {
  return "\n--\n-- " + words + "\n--\n\n";
}

const std::string kDump =
    "-- MariaDB dump\nSET FOREIGN_KEY_CHECKS=0;\n" + heading("Current Database: `a`") +
    "USE `a`;\n" + heading("Table structure for table `t`") + "CREATE TABLE `t` (n int);\n" +
    heading("Dumping data for table `t`") + "INSERT INTO `t` VALUES (1);\n" +
    heading("Dumping routines for database 'a'") + "DELIMITER ;;\nBEGIN\n" +
    heading("Table structure for table `no table`") + "END ;;\nDELIMITER ;\n" +
    heading("Current Database: `b`") + "USE `b`;\n" + heading("Table structure for table `t`") +
    "CREATE TABLE `t` (n int);\n-- Dump completed on 2026-11-26\n";

TEST_F(MariadbDumpSections, AreATableWithItsDataEachAndWhatElseThereIs) {
  const auto found = sections(kDump);

  EXPECT_THAT(places(found),
              ElementsAre(".", "`a`.Current Database: `a`", "`a`.Table structure for table `t`",
                          "`a`.Dumping routines for database 'a'", "`b`.Current Database: `b`",
                          "`b`.Table structure for table `t`"));
  EXPECT_EQ(found[2].object(), "`a`.`t`");
  EXPECT_TRUE(found[2].stands_alone());
  EXPECT_FALSE(found[3].stands_alone());
  EXPECT_EQ(written(found, ""), kDump) << "together they are the dump";
}

TEST_F(MariadbDumpSections, EndWhereADumpEndsWithinItsLastLine) {
  const std::string unfinished = kDump.substr(0, kDump.size() - 1);
  EXPECT_EQ(sections(unfinished).back().end, unfinished.size());
}

// Triggers are made as their database was then; other tables of it must not see that.
TEST_F(MariadbDumpSections, AreLoadedByThemselvesWhereTheyChangeTheDatabase) {
  const std::string trigger =
      "ALTER DATABASE `a` CHARACTER SET latin1;\nDELIMITER ;;\nCREATE TRIGGER w ...\n"
      "ALTER DATABASE within a body;;\nDELIMITER ;\nALTER DATABASE `a` CHARACTER SET utf8mb4;\n";
  std::string with_trigger = kDump;
  with_trigger.insert(with_trigger.find("VALUES (1);\n") + 12, trigger);

  EXPECT_TRUE(sections(kDump)[2].is_table_alone());
  EXPECT_FALSE(sections(with_trigger)[2].is_table_alone());
  EXPECT_TRUE(sections(with_trigger)[5].is_table_alone());
  EXPECT_FALSE(sections(kDump)[3].is_table_alone());
}

TEST_F(MariadbDumpSections, DifferWhereTheirContentDoes) {
  const auto before = sections(kDump);
  std::string changed = kDump;
  changed.replace(changed.find("VALUES (1)"), 10, "VALUES (2)");
  changed.replace(changed.find("2026-11-26"), 10, "2026-11-27");
  const auto after = sections(changed);

  ASSERT_EQ(after.size(), before.size());
  for (std::size_t at = 0; at < after.size(); ++at) {
    EXPECT_EQ(after[at].digest == before[at].digest, at != 2) << at;
  }
  EXPECT_EQ(written({after[0], after[4], after[5]}, "DROP;\n").find("`a`"), std::string::npos);
}

}  // namespace
}  // namespace slip::mariadb
