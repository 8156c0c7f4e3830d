// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/settings.h"

#include <gmock/gmock.h>

namespace slip::mariadb {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Result<Settings> read(std::map<std::string, std::string> settings) {
  return read_settings(mariadb_dialect(),
                       {.kind = "mariadb", .settings = std::move(settings), .run = {}});
}

TEST(MariadbSettings, ReadAUrlWithSpecialCharacters) {
  const auto settings = read({{"url", "mysql://me:p%40ss@db.example:3307/shop"}});
  ASSERT_TRUE(settings);
  const auto& url = std::get<UrlOrigin>(settings->origin);
  EXPECT_EQ(url.password, "p@ss");
  EXPECT_EQ(url.where(), "db.example:3307");
  EXPECT_EQ(settings->database, "shop");
}

TEST(MariadbSettings, TakeAUrlWithoutADatabaseForTheWholeServer) {
  const auto settings = read({{"url", "mariadb://me@[::1]/"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(std::get<UrlOrigin>(settings->origin).where(), "::1:3306");
  EXPECT_EQ(settings->database, "");
}

TEST(MariadbSettings, NeverRepeatAUrlThatTheyCannotRead) {
  for (const char* url : {"mysql://me:hush@host:port/%zz", "postgresql://me:hush@host/db",
                          "mysql://me:hush@host/a/b", "mysql://me:hush@host/db?x=hush"}) {
    const auto refused = read({{"url", url}});
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(refused.error().describe() + refused.error().hint, Not(HasSubstr("hush")));
  }
}

TEST(MariadbSettings, NameTheKnownOnesWhenOneIsUnknown) {
  const auto refused = read({{"durabilty", "full"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("durabilty"));
  EXPECT_THAT(refused.error().hint, AllOf(HasSubstr("durability"), HasSubstr("backup_command")));
}

TEST(MariadbSettings, RefuseTwoOrigins) {
  EXPECT_FALSE(read({{"url", "mysql://me@host/"}, {"dump", "/a"}}));
}

TEST(MariadbSettings, SayWhichVersionsAreTooOld) {
  const auto refused = read({{"version", "10.5"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("10.5 of MariaDB is not run: 10.6 and newer"));
  const auto of_mysql = read_settings(
      mysql_dialect(), {.kind = "mysql", .settings = {{"version", "5.7"}}, .run = {}});
  ASSERT_FALSE(of_mysql);
  EXPECT_THAT(of_mysql.error().message, HasSubstr("5.7 of MySQL is not run: 8.0 and newer"));
}

TEST(MariadbSettings, TakeBackupsOfMariadbOnly) {
  const std::map<std::string, std::string> settings = {{"backup_command", "true"}};
  EXPECT_TRUE(read(settings));
  const auto refused =
      read_settings(mysql_dialect(), {.kind = "mysql", .settings = settings, .run = {}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("\"backup_command\" of a mysql source"));
  EXPECT_THAT(refused.error().hint, Not(HasSubstr("backup_command")));
}

TEST(MariadbSettings, KeepOurOwnNamesFromBeingLogins) {
  EXPECT_FALSE(read({{"login", "slipstream"}}));
  EXPECT_FALSE(read({{"login", "slipstream_login"}}));
}

}  // namespace
}  // namespace slip::mariadb
