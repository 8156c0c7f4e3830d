// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/server_versions.h"

#include <gmock/gmock.h>

namespace slip::mariadb {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Installed with(const Dialect& dialect, const std::vector<Series>& newest_first) {
  Installed installed{.dialect = &dialect};
  for (const Series series : newest_first) {
    installed.versions.push_back({.dialect = &dialect,
                                  .series = series,
                                  .full = series.text() + ".1",
                                  .programs = "/opt/" + series.text() + "/bin"});
  }
  return installed;
}

TEST(ServerVersions, GiveDataToTheNearestThatReadsIt) {
  const auto installed = with(mariadb_dialect(), {{11, 4}, {10, 11}, {10, 6}});
  EXPECT_EQ(find_reader(installed, {10, 6})->series, (Series{10, 6}));
  EXPECT_EQ(find_reader(installed, {10, 7})->series, (Series{10, 11}));
  const auto refused = find_reader(installed, {11, 8});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("installed: 11.4, 10.11, 10.6"));
}

TEST(ServerVersions, GiveMySqlsDataToNoneThatIsTooFarAhead) {
  const auto both = with(mysql_dialect(), {{9, 7}, {8, 4}});
  EXPECT_EQ(find_reader(both, {8, 0})->series, (Series{8, 4}));
  EXPECT_EQ(find_reader(both, {9, 1})->series, (Series{9, 7}));

  const auto refused = find_reader(with(mysql_dialect(), {{9, 7}}), {8, 0});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("MySQL 9.7.1 cannot read data of 8.0"));
  EXPECT_THAT(refused.error().hint,
              AllOf(HasSubstr("long-term series after 8.0"), HasSubstr("--mysql-programs")));
}

}  // namespace
}  // namespace slip::mariadb
