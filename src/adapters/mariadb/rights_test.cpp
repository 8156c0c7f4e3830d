// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/rights.h"

#include <gmock/gmock.h>

namespace slip::mariadb {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MariadbRights, AreThoseOnEverythingAndOnTheDatabase) {
  const std::vector<std::string> grants = {
      "GRANT `r` TO `me`@`%`",
      "GRANT PROCESS, RELOAD ON *.* TO `me`@`%` IDENTIFIED BY PASSWORD '*7B'",
      "GRANT SELECT, SHOW VIEW ON `shop`.* TO `me`@`%`",
      "GRANT INSERT ON `shop`.`orders` TO `me`@`%`", "GRANT DELETE ON `other`.* TO `me`@`%`"};
  EXPECT_THAT(rights_on(grants, "shop"), ElementsAre("PROCESS", "RELOAD", "SELECT", "SHOW VIEW"));
}

TEST(MariadbRights, KnowPatternsOfNames) {
  EXPECT_THAT(rights_on({"GRANT SELECT ON `sh_p%`.* TO `me`@`%`"}, "shop_2"),
              ElementsAre("SELECT"));
  EXPECT_THAT(rights_on({"GRANT SELECT ON `sh\\_p`.* TO `me`@`%`"}, "sh_p"), ElementsAre("SELECT"));
  EXPECT_THAT(rights_on({"GRANT SELECT ON `sh\\_p`.* TO `me`@`%`"}, "shop"), IsEmpty());
}

TEST(MariadbRights, NameWhatIsMissing) {
  EXPECT_EQ(missing_rights({"SELECT"}, {"SELECT", "SHOW VIEW", "EVENT"}), "SHOW VIEW, EVENT");
  EXPECT_EQ(missing_rights({"ALL PRIVILEGES"}, {"SELECT", "SHOW VIEW", "EVENT"}), "");
}

TEST(MariadbRights, TellWhetherRoutinesCanBeRead) {
  EXPECT_TRUE(may_read_routines({"GRANT SELECT ON `mysql`.`proc` TO `me`@`%`"}));
  EXPECT_TRUE(may_read_routines({"GRANT ALL PRIVILEGES ON *.* TO `me`@`%` WITH GRANT OPTION"}));
  EXPECT_FALSE(may_read_routines({"GRANT SELECT ON `shop`.* TO `me`@`%`"}));
}

}  // namespace
}  // namespace slip::mariadb
