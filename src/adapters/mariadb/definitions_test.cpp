// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/definitions.h"

#include <gmock/gmock.h>

#include <sstream>

#include "adapters/mariadb/rehearsal.h"

namespace slip::mariadb {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Optional;

std::string kept(const std::string& script) {
  Definitions definitions;
  std::string text;
  std::istringstream lines(script);
  for (std::string line; std::getline(lines, line);) text += definitions.keep(line, true) + "\n";
  return text;
}

TEST(MariadbDefinitions, LeavesOutRowsAndLocks) {
  EXPECT_EQ(kept("CREATE TABLE a (\n  n int\n);\nLOCK TABLES `a` WRITE;\nINSERT INTO `a` VALUES\n"
                 "(1,'it''s; \\'so\\';'),\n(2,\"b\");\nUNLOCK TABLES;\nALTER TABLE a ADD m int;\n"),
            "CREATE TABLE a (\n  n int\n);\n\n\n\n\n\nALTER TABLE a ADD m int;\n");
}

TEST(MariadbDefinitions, ReadsWhatIsForOneVersionAsAStatement) {
  const std::string script =
      "/*M!999999\\- enable the sandbox mode */ \n/*!40101 SET NAMES utf8mb4 */;\n"
      "/*!40000 ALTER TABLE `a` DISABLE KEYS */;\n/* INSERT; */ /*!50001 CREATE VIEW `v` AS "
      "SELECT\n 1 AS `a;`*/;\n";
  EXPECT_EQ(kept(script), script);
  EXPECT_EQ(kept("/*!50003 INSERT INTO a VALUES (1) */;\nSET @a = 1;\n"), "\nSET @a = 1;\n");
}

TEST(MariadbDefinitions, KeepsBodiesWhole) {
  const std::string script =
      "DELIMITER ;;\nCREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW BEGIN\nINSERT INTO b VALUES "
      "(1);\n-- it's a remark\nDELETE FROM c; END ;;\nDELIMITER ;\n";
  EXPECT_EQ(kept(script + "DELETE FROM a;\nDROP TABLE a;\n"), script + "\nDROP TABLE a;\n");
}

TEST(MariadbRehearsal, TellsLinesWithTheirCureAndNoConsequences) {
  const auto refusals = read_refusals(
      "--------------\nCREATE TABLE a\n--------------\n\n"
      "ERROR 1273 (HY000) at line 7: Unknown collation: 'klingon_ci'\n"
      "ERROR 1146 (42S02) at line 9: Table 'slip.a' doesn't exist\n"
      "ERROR 1231 (42000) at line 12: Variable 'sql_mode' can't be set to the value of 'NEW'\n");
  EXPECT_THAT(
      refusals,
      ElementsAre(AllOf(Field(&DumpRefusal::line, Optional(7)),
                        Field(&DumpRefusal::message, HasSubstr("klingon_ci")),
                        Field(&DumpRefusal::hint, HasSubstr("newer server"))),
                  AllOf(Field(&DumpRefusal::line, Optional(12)),
                        Field(&DumpRefusal::hint, HasSubstr("Take the word out of the dump")))));
  EXPECT_EQ(read_refusals("ERROR 1146 (42S02) at line 9: Table 'slip.a' doesn't exist\n").size(),
            1U);
}

}  // namespace
}  // namespace slip::mariadb
