// SPDX-License-Identifier: Apache-2.0
#include "server/http/address.h"

#include <gtest/gtest.h>

namespace slip::http {
namespace {

TEST(AnAddress, HasOneText) {
  EXPECT_EQ(canonical_address("10.1.1.1"), "10.1.1.1");
  EXPECT_EQ(canonical_address("2001:DB8:0::1"), "2001:db8::1");
  EXPECT_EQ(canonical_address("0:0:0:0:0:0:0:1"), "::1");
  EXPECT_EQ(canonical_address("::ffff:10.1.1.1"), "10.1.1.1");
}

TEST(AnAddress, IsFoundBesideAPort) {
  EXPECT_EQ(canonical_address("10.1.1.1:4711"), "10.1.1.1");
  EXPECT_EQ(canonical_address("[2001:db8::1]:4711"), "2001:db8::1");
  EXPECT_EQ(canonical_address("[::1]"), "::1");
}

TEST(AnAddress, CountsWithTheOthersOfItsNetwork) {
  EXPECT_EQ(client_of_address("10.1.1.1"), "10.1.1.1");
  EXPECT_EQ(client_of_address("2001:db8:0:1::1"), "2001:db8:0:1::/64");
  EXPECT_EQ(client_of_address("2001:db8:0:1:ffff::2"), "2001:db8:0:1::/64");
  EXPECT_EQ(client_of_address("2001:db8:0:2::1"), "2001:db8:0:2::/64");
  EXPECT_EQ(client_of_address("::1"), "::1");
}

TEST(AnAddress, IsNothingElse) {
  for (const char* text : {"", "10.1.1", "10.1.1.256", "localhost", "unknown", "_hidden",
                           "::1::", "[::1", "fe80::1%eth0", "10.1.1.1, 10.1.1.2"}) {
    EXPECT_FALSE(canonical_address(text)) << text;
  }
}

}  // namespace
}  // namespace slip::http
