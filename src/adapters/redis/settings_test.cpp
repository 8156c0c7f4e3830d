// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/settings.h"

#include <gmock/gmock.h>

namespace slip::redis {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Result<Settings> read(std::map<std::string, std::string> settings) {
  return read_settings({.kind = "redis", .settings = std::move(settings), .run = {}});
}

TEST(RedisSettings, ReadAUrlWithAndWithoutUserAndNumber) {
  const auto whole = read({{"url", "rediss://me:p%40ss@cache.example:6380/3"}});
  ASSERT_TRUE(whole);
  const auto& url = std::get<UrlOrigin>(whole->origin);
  EXPECT_EQ(url.user, "me");
  EXPECT_EQ(url.password, "p@ss");
  EXPECT_EQ(url.where(), "cache.example:6380");
  EXPECT_TRUE(url.encrypts);
  EXPECT_EQ(whole->database, 3);

  const auto brief = read({{"url", "redis://:hush@[::1]"}});
  ASSERT_TRUE(brief);
  EXPECT_EQ(std::get<UrlOrigin>(brief->origin).where(), "::1:6379");
  EXPECT_EQ(std::get<UrlOrigin>(brief->origin).user, "");
}

TEST(RedisSettings, NeverRepeatAUrlThatTheyCannotRead) {
  for (const char* url : {"redis://me:hush@host/shop", "postgresql://me:hush@host/1",
                          "redis://me:hush@host/1/2", "redis://me:hush@host:0"}) {
    const auto refused = read({{"url", url}});
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(refused.error().describe() + refused.error().hint, Not(HasSubstr("hush")));
  }
}

TEST(RedisSettings, NameTheKnownOnesWhenOneIsUnknown) {
  const auto refused = read({{"durabilty", "full"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("durabilty"));
  EXPECT_THAT(refused.error().hint, AllOf(HasSubstr("durability"), HasSubstr("directory")));
}

TEST(RedisSettings, RefuseDirectivesThatEveryCopyHasItsOwnOf) {
  for (const char* name : {"dir", "dbfilename", "logfile", "aclfile", "include", "user", "save",
                           "port", "unixsocket", "appendonly", "rename-command", "replicaof"}) {
    const auto refused = read({{std::string("conf.") + name, "/etc/anything"}});
    ASSERT_FALSE(refused) << name;
    EXPECT_THAT(refused.error().message, HasSubstr(name));
  }
  EXPECT_TRUE(read({{"conf.maxmemory", "100mb"}}));
}

TEST(RedisSettings, RefuseADirectiveThatBringsAnotherWithIt) {
  EXPECT_FALSE(read({{"conf.maxmemory", "1gb\ndir /etc"}}));
  EXPECT_FALSE(read({{"conf.maxmemory 1gb\ndir", "/etc"}}));
  EXPECT_FALSE(read({{"conf.DIR", "/etc"}}));
}

TEST(RedisSettings, RefuseTwoOriginsAndOurOwnName) {
  EXPECT_FALSE(read({{"url", "redis://host"}, {"dump", "/a.rdb"}}));
  EXPECT_FALSE(read({{"login", "slipstream"}}));
  EXPECT_FALSE(read({{"login", "two words"}}));
}

}  // namespace
}  // namespace slip::redis
