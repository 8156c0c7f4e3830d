#include "server/api/mask.h"

#include <gtest/gtest.h>

namespace slip::api {
namespace {

TEST(Mask, HidesPasswordsAndLeavesTheRest) {
  EXPECT_EQ(masked("password", "x"), "***");
  EXPECT_EQ(masked("ssh_Passphrase", "x"), "***");
  EXPECT_EQ(masked("API_TOKEN", "x"), "***");
  EXPECT_EQ(masked("password", ""), "");
  EXPECT_EQ(masked("path", "/srv/data"), "/srv/data");
}

TEST(Mask, HidesThePasswordWithinAUrl) {
  EXPECT_EQ(masked("url", "postgresql://u:p@h:5432/d"), "postgresql://u:***@h:5432/d");
  EXPECT_EQ(masked("url", "postgresql://u:p@ss@h/d"), "postgresql://u:***@h/d");
  EXPECT_EQ(masked("url", "postgresql://u@h:5432/d"), "postgresql://u@h:5432/d");
  EXPECT_EQ(masked("url", "postgresql://h:5432/a@b:c"), "postgresql://h:5432/a@b:c");
  EXPECT_EQ(masked("url", "postgresql://h/d?user=u&password=p&x=y"),
            "postgresql://h/d?user=u&password=***&x=y");
}

TEST(Mask, HidesThePasswordWithinAConnectionString) {
  EXPECT_EQ(masked("url", "host=h password=p dbname=d"), "host=h password=*** dbname=d");
  EXPECT_EQ(masked("url", "host=h password = 'a \\' b' dbname=d"),
            "host=h password = *** dbname=d");
  EXPECT_EQ(masked("url", "host=h password='never closed"), "host=h password=***");
}

}  // namespace
}  // namespace slip::api
