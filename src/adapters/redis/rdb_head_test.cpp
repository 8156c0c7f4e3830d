// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/rdb_head.h"

#include <gtest/gtest.h>

namespace slip::redis {
namespace {

using namespace std::string_literals;

const std::string kVersion =
    "REDIS0010\xFA\x09redis-ver\x06"
    "7.0.15"s;

TEST(AnRdbFile, SaysWhenItsSaveBegan) {
  const auto head = kVersion +
                    "\xFA\x0Aredis-bits\xC0\x40\xFA\x05"
                    "ctime\xC2\x15\xCD\x5B\x07\xFA"s;
  EXPECT_EQ(begin_of_save(head), Timestamp{123456789'000});
  EXPECT_EQ(begin_of_save(kVersion + "\xFA\x05"
                                     "ctime\x0A"
                                     "1700000000"s),
            Timestamp{1700000000'000});
  const auto longer = kVersion + "\xFA\x40\x46"s + std::string(70, 'n') + "\x01v"s;
  EXPECT_EQ(begin_of_save(longer + "\xFA\x05"
                                   "ctime\xC1\x10\x00"s),
            Timestamp{16'000});
}

TEST(AnRdbFile, MaySayNothingOfItsBeginningOrNonsense) {
  EXPECT_FALSE(begin_of_save(""));
  EXPECT_FALSE(begin_of_save("REDIS00"));
  EXPECT_FALSE(
      begin_of_save("other0010\xFA\x05"
                    "ctime\xC0\x01"s));
  EXPECT_FALSE(begin_of_save(kVersion + "\xFE\x00"s));
  EXPECT_FALSE(begin_of_save(kVersion + "\xFA\x05"
                                        "ctime\xC0\x00"s));
  EXPECT_FALSE(begin_of_save(kVersion + "\xFA\x05"
                                        "ctime\x04soon"s));
  EXPECT_FALSE(begin_of_save(kVersion + "\xFA\x05"
                                        "ctime\x14"
                                        "99999999999999999999"s));
  EXPECT_FALSE(begin_of_save(kVersion + "\xFA\x05"
                                        "ctime\xC3\x01\x01z"s));
  EXPECT_FALSE(begin_of_save(kVersion + "\xFA\x80\x00\x00\x00\x05"
                                        "ctime\xC0\x01"s));
  const auto whole = kVersion +
                     "\xFA\x05"
                     "ctime\xC2\x15\xCD\x5B\x07"s;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(begin_of_save(whole.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace slip::redis
