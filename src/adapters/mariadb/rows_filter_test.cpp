// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/rows_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slip::mariadb {

namespace {

const std::set<TableName> kM = {{.database = "t", .table = "m"}};

// As mariadb-binlog says a change of the table t.m and one of t.i.
const std::string kOfM =
    "BINLOG '\n"
    "NmIMaxMBAAAALAAAANYIAAAAABUAAAAAAAEAAXQAAW0AAgMPAugDApeLjKU=\n"
    "NmIMaxkBAAAAKQAAAP8IAAAAABUAAAAAAAEAAgP8AgAAAAEAZOfySLk=\n"
    "'/*!*/;\n";
const std::string kBefore = "/*M!100001 SET @@session.gtid_seq_no=9*//*!*/;\nSTART TRANSACTION\n";
const std::string kAfter = "# Number of rows: 1\nCOMMIT\n/*!*/;\n";

std::string passed(RowsFilter& filter, const std::string& text, std::size_t piece) {
  std::string on;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    on += filter.take(text.substr(at, piece)).value();
  }
  return on + filter.take("").value();
}

}  // namespace

TEST(RowsFilter, LeavesOutRowsOfItsTablesAndNothingElse) {
  RowsFilter of_m(kM);
  EXPECT_EQ(passed(of_m, kBefore + kOfM + kAfter, 7), kBefore + kAfter);
  const std::set<TableName> others = {{.database = "t", .table = "n"},
                                      {.database = "u", .table = "m"}};
  RowsFilter of_another(others);
  EXPECT_EQ(passed(of_another, kBefore + kOfM + kAfter, 7), kBefore + kOfM + kAfter);
}

TEST(RowsFilter, LetsTheLastRowsThatAreLeftEndTheirStatement) {
  // "t.n" changed first, without the mark of the last.
  const std::string of_n =
      "NmIMaxMBAAAALAAAANYIAAAAABYAAAAAAAEAAXQAAW4AAgMPAugDApeLjKU=\n"
      "NmIMaxkBAAAAKQAAAP8IAAAAABYAAAAAAAAAAgP8AgAAAAEAZOfySLk=\n";
  const std::string both = "BINLOG '\n" + of_n + kOfM.substr(kOfM.find('\n') + 1);
  RowsFilter of_m(kM);
  const std::string left = passed(of_m, both, 1000);
  EXPECT_EQ(left,
            "BINLOG '\n"
            "NmIMaxMBAAAALAAAANYIAAAAABYAAAAAAAEAAXQAAW4AAgMPAugDApeLjKU=\n"
            "NmIMaxkBAAAAKQAAAP8IAAAAABYAAAAAAAEAAgP8AgAAAAEAZOfySLk=\n"
            "'/*!*/;\n");
}

TEST(RowsFilter, PassesOnWhatIsNoEvents) {
  const std::string text = "BINLOG '\nno base64 at all\n'/*!*/;\nBINLOG '\nbroken off";
  RowsFilter filter(kM);
  EXPECT_EQ(passed(filter, text, 3), text);
}

TEST(RowsFilter, KnowsWhenATableMayHaveGotAnotherName) {
  RowsFilter filter(kM);
  EXPECT_FALSE(filter.may_rename());
  (void)passed(filter, "alter table m\nrename to n\n/*!*/;\n", 5);
  EXPECT_TRUE(filter.may_rename());
}

}  // namespace slip::mariadb
