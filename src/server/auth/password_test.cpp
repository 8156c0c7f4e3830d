// SPDX-License-Identifier: Apache-2.0
#include "server/auth/password.h"

#include <gtest/gtest.h>

#include <set>

namespace slip::auth {
namespace {

constexpr auto cheap = PasswordCost::for_tests;

TEST(Password, MatchesItsOwnHashOnly) {
  const std::string stored = hash_password(Secret("correct horse"), cheap).value();

  EXPECT_EQ(check_password(stored, Secret("correct horse"), cheap), PasswordCheck::matches);
  EXPECT_EQ(check_password(stored, Secret("correct horsf"), cheap), PasswordCheck::differs);
  EXPECT_EQ(check_password(stored, Secret(""), cheap), PasswordCheck::differs);
}

TEST(Password, IsHashedDifferentlyEachTimeAndNeverStoredItself) {
  const std::string first = hash_password(Secret("correct horse"), cheap).value();
  const std::string second = hash_password(Secret("correct horse"), cheap).value();

  EXPECT_NE(first, second);
  EXPECT_EQ(first.find("horse"), std::string::npos);
  EXPECT_TRUE(first.starts_with("$argon2id$"));
}

TEST(Password, IsStoredAtTheProductsCostByDefault) {
  const std::string stored = hash_password(Secret("correct horse")).value();

  EXPECT_NE(stored.find("m=19456,t=2,p=1"), std::string::npos) << stored;
  EXPECT_EQ(check_password(stored, Secret("correct horse")), PasswordCheck::matches);
}

TEST(Password, StoredAtAnotherCostIsSaidToBeOutdated) {
  const std::string stored = hash_password(Secret("correct horse"), cheap).value();

  EXPECT_EQ(check_password(stored, Secret("correct horse")), PasswordCheck::matches_outdated);
}

TEST(Password, DiffersFromAnythingThatIsNoHash) {
  for (const std::string stored : {"", "*", "correct horse", "$argon2id$"}) {
    EXPECT_EQ(check_password(stored, Secret(stored), cheap), PasswordCheck::differs) << stored;
  }
  EXPECT_EQ(check_password(std::string(5000, '$'), Secret("x"), cheap), PasswordCheck::differs);
}

TEST(Password, MustHaveAReasonableLength) {
  EXPECT_EQ(hash_password(Secret("seven77"), cheap).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(hash_password(Secret(std::string(1025, 'x')), cheap).error().code,
            ErrorCode::invalid_argument);
  EXPECT_TRUE(hash_password(Secret(std::string(1024, 'x')), cheap).has_value());
}

TEST(GeneratedPassword, IsFourGroupsOfFourWithoutLookAlikes) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string text = generate_password().reveal();
    ASSERT_EQ(text.size(), 19U);
    for (const std::size_t dash : {4, 9, 14}) ASSERT_EQ(text[dash], '-');
    EXPECT_EQ(text.find_first_of("01oilu"), std::string::npos) << text;
    seen.insert(text);
  }
  EXPECT_EQ(seen.size(), 200U);
}

}  // namespace
}  // namespace slip::auth
