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
  const auto alike = [](std::string_view one, std::string_view other) {
    return look_of(one) == look_of(other);
  };
  EXPECT_TRUE(alike("admin", "\u0430dmin"));  // Cyrillic
  EXPECT_TRUE(alike("Omega", "\u039fmega"));  // Greek
  EXPECT_TRUE(alike("clean base", "clean  base"));
  EXPECT_TRUE(alike("clean base", "clean\u00a0base"));
  EXPECT_TRUE(alike("bill", "bi1l"));
  EXPECT_TRUE(alike("v10", "v1O"));
  EXPECT_TRUE(alike("don't", "don\u2019t"));
  EXPECT_FALSE(alike("clean base", "clean bas"));
  EXPECT_FALSE(alike("qa", "QA"));
  EXPECT_FALSE(alike("caf\u00e9", "cafe"));
  EXPECT_FALSE(alike("run 1", "run 2"));
}

TEST(AName, ThatIsNotUtf8IsRefusedAndLeftAsItIs) {
  EXPECT_ERROR(accept_title("name", "a\xff"), invalid_argument);
  EXPECT_ERROR(accept_title("name", "\xed\xa0\x80"), invalid_argument);
  EXPECT_ERROR(accept_title("name", "\xc0\xaf"), invalid_argument);
  EXPECT_EQ(normal_form("a\xff"), "a\xff");
}

}  // namespace
}  // namespace slip
