// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/reply.h"

#include <gmock/gmock.h>

namespace slip::redis {
namespace {

using testing::ElementsAre;

TEST(RedisReply, IsReadInAllItsForms) {
  EXPECT_EQ((*read_reply("+OK\r\n"))->text(), "OK");
  EXPECT_EQ((*read_reply(":42\r\n"))->text(), "42");
  EXPECT_EQ((*read_reply("$5\r\na\r\nbc\r\n"))->text(), "a\r\nbc");
  EXPECT_EQ((*read_reply("$-1\r\n"))->text(), "");
  EXPECT_THAT((*read_reply("*2\r\n$1\r\na\r\n*1\r\n:7\r\n"))->texts, ElementsAre("a", "7"));
  EXPECT_EQ((*read_reply("-WRONGPASS no\r\n"))->error, "WRONGPASS no");
}

TEST(RedisReply, IsNothingUntilItIsComplete) {
  const std::string whole = "*2\r\n$3\r\nabc\r\n:7\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto reply = read_reply(std::string_view(whole).substr(0, size));
    ASSERT_TRUE(reply) << size;
    EXPECT_FALSE(*reply) << size;
  }
}

TEST(RedisReply, IsBoundedInSizeAndDepth) {
  EXPECT_EQ(read_reply("$99999999999\r\n").error().code, ErrorCode::too_large);
  EXPECT_FALSE(read_reply("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"));
  std::string many = "*1000000\r\n";
  for (int i = 0; i < kElementsMax; ++i) many += "*0\r\n";
  EXPECT_EQ(read_reply(many).error().code, ErrorCode::too_large);
  EXPECT_FALSE(read_reply(std::string(kReplyMax + 1, 'x')));
  EXPECT_FALSE(read_reply("HTTP/1.1 200 OK\r\n"));
}

}  // namespace
}  // namespace slip::redis
