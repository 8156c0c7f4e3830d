// SPDX-License-Identifier: Apache-2.0
#include "domain/name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/expect_result.h"

namespace slip {
namespace {

using ::testing::HasSubstr;

std::string accepted(std::string_view name) {
  return accept_title("name", name).value();
}

std::string refusal(std::string_view name) {
  const auto result = accept_title("name", name);
  return result ? "accepted" : result.error().message;
}

TEST(AName, IsKeptInOneFormWhicheverWayItWasTyped) {
  EXPECT_EQ(accepted("Caf\u00e9"), "Caf\u00e9");
  EXPECT_EQ(accepted("Cafe\u0301"), "Caf\u00e9");
  EXPECT_EQ(accepted("\u1112\u1161\u11ab"), "\ud55c");
  EXPECT_EQ(accepted("\U0001f680 release \u201e7\u201c"), "\U0001f680 release \u201e7\u201c");
}

TEST(AName, IsAsLongAsItIsInThatForm) {
  std::string decomposed;
  for (int i = 0; i < 64; ++i) decomposed += "e\u0301";
  EXPECT_OK(accept_name("name", decomposed));
  EXPECT_ERROR(accept_name("name", decomposed + "x"), invalid_argument);
}

TEST(AName, HasNothingThatIsNotSeen) {
  for (const auto* hidden :
       {"\u200b",     "\u200d", "\u00ad", "\u034f", "\u115f", "\u3164", "\ufe0f",
        "\U000e0041", "\u180e", "\u2060", "\ufeff", "\u202e", "\u2066", "\u200f",
        "\u2028",     "\x1b",   "\x7f",   "\u0085", "\ufdd0", "\uffff"}) {
    EXPECT_NE(refusal(std::string("a") + hidden + "b"), "accepted") << hidden;
  }
  EXPECT_THAT(refusal("a\u200b"), HasSubstr("U+200B"));
}

TEST(AName, NeitherBeginsNorEndsWithASpace) {
  for (const auto* space : {" ", "\u00a0", "\u2003", "\u3000", "\u2800"}) {
    EXPECT_NE(refusal(std::string(space) + "a"), "accepted") << space;
    EXPECT_NE(refusal(std::string("a") + space), "accepted") << space;
    EXPECT_NE(refusal(space), "accepted") << space;
  }
  EXPECT_EQ(accepted("a\u00a0b"), "a\u00a0b");
}

TEST(AName, LooksLikeOthersThatPeopleTakeForIt) {
  EXPECT_TRUE(look_alike("admin", "\u0430dmin"));  // Cyrillic
  EXPECT_TRUE(look_alike("Omega", "\u039fmega"));  // Greek
  EXPECT_TRUE(look_alike("clean base", "clean  base"));
  EXPECT_TRUE(look_alike("clean base", "clean\u00a0base"));
  EXPECT_TRUE(look_alike("bill", "bi1l"));
  EXPECT_TRUE(look_alike("v10", "v1O"));
  EXPECT_TRUE(look_alike("don't", "don\u2019t"));
  EXPECT_FALSE(look_alike("clean base", "clean bas"));
  EXPECT_FALSE(look_alike("qa", "QA"));
  EXPECT_FALSE(look_alike("caf\u00e9", "cafe"));
  EXPECT_FALSE(look_alike("run 1", "run 2"));
}

TEST(AName, LooksLikeItselfInOtherShapes) {
  EXPECT_TRUE(look_alike("x2", "x\u00b2"));
  EXPECT_TRUE(look_alike("x2", "x\u2082"));
  EXPECT_TRUE(look_alike("step 1", "step \u2460"));
  EXPECT_TRUE(look_alike("office", "o\ufb03ce"));
  EXPECT_TRUE(look_alike("qa", "\U0001d42a\U0001d41a"));
  EXPECT_TRUE(look_alike("clean base", "clean\u3000base"));
  EXPECT_TRUE(look_alike("f", "\u017f"));  // the long s
  EXPECT_TRUE(look_alike("s", "\u017f"));
  // U+FF01 to U+FF5E are "!" to "~" in the width of an ideograph.
  for (char c = '!'; c <= '~'; ++c) {
    const int last = c - '!' + 1;
    const std::string wide = {'\xef', static_cast<char>(last < 0x40 ? 0xbc : 0xbd),
                              static_cast<char>(0x80 + last % 0x40)};
    const std::string plain = {'a', c};
    EXPECT_TRUE(look_alike(plain, "a" + wide)) << c;
    EXPECT_TRUE(look_alike(plain, std::string("\uff41") + wide)) << c;
  }
  EXPECT_FALSE(look_alike("\uff51\uff41", "QA"));
  EXPECT_FALSE(look_alike("x\u00b2", "x3"));
  EXPECT_FALSE(look_alike("x\u00b2", "x\u00b3"));
}

TEST(AName, ThatIsNotUtf8IsRefusedAndLeftAsItIs) {
  EXPECT_ERROR(accept_title("name", "a\xff"), invalid_argument);
  EXPECT_ERROR(accept_title("name", "\xed\xa0\x80"), invalid_argument);
  EXPECT_ERROR(accept_title("name", "\xc0\xaf"), invalid_argument);
  EXPECT_EQ(normal_form("a\xff"), "a\xff");
}

}  // namespace
}  // namespace slip
