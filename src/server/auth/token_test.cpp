// SPDX-License-Identifier: Apache-2.0
#include "server/auth/token.h"

#include <gtest/gtest.h>

#include <set>

namespace slip::auth {
namespace {

TEST(Token, IsRecognisedByItsForm) {
  const NewToken made = make_token();

  EXPECT_TRUE(looks_like_token(made.token.reveal())) << made.token.reveal();
  EXPECT_FALSE(looks_like_token(""));
  EXPECT_FALSE(looks_like_token("slp_"));
  EXPECT_FALSE(looks_like_token(made.token.reveal() + "x"));
  EXPECT_FALSE(looks_like_token("slp_" + std::string(42, 'a') + "'"));
}

TEST(Token, IsFoundAgainByItsHashWhichDoesNotContainIt) {
  const NewToken made = make_token();

  EXPECT_EQ(made.hash, hash_token(made.token.reveal()));
  EXPECT_EQ(made.hash.size(), 64U);
  EXPECT_EQ(made.hash.find(made.token.reveal().substr(4)), std::string::npos);
}

TEST(Token, HashIsBlake2b256) {
  // `printf abc | b2sum -l 256`
  EXPECT_EQ(hash_token("abc"), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Token, IsNeverGivenOutTwice) {
  std::set<std::string> hashes;
  for (int i = 0; i < 500; ++i) hashes.insert(make_token().hash);
  EXPECT_EQ(hashes.size(), 500U);
}

}  // namespace
}  // namespace slip::auth
