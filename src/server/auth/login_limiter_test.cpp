// SPDX-License-Identifier: Apache-2.0
#include "server/auth/login_limiter.h"

#include <gtest/gtest.h>

namespace slip::auth {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{1'000'000'000};

void fail_times(LoginLimiter& limiter, int times, std::string_view user, std::string_view peer) {
  for (int i = 0; i < times; ++i) ASSERT_EQ(limiter.attempt(user, peer, start), 0ms);
}

TEST(LoginLimiter, LetsFiveTriesPassAndThenMakesTheUserWait) {
  LoginLimiter limiter;
  fail_times(limiter, 5, "qa", "10.0.0.1");

  EXPECT_EQ(limiter.attempt("qa", "10.0.0.1", start), 1s);
  EXPECT_EQ(limiter.attempt("qa", "10.0.0.1", start + 400ms), 600ms);
  EXPECT_EQ(limiter.attempt("dev", "10.0.0.1", start), 0ms);
}

TEST(LoginLimiter, KeepsNobodyOutWhoIsElsewhereThanTheGuesser) {
  LoginLimiter limiter;
  fail_times(limiter, 5, "qa", "10.0.0.1");

  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.attempt("qa", "10.0.0.2", start), 0ms);
  // A success elsewhere does not let the guesser go on.
  limiter.succeeded("qa", "10.0.0.2");
  EXPECT_EQ(limiter.attempt("qa", "10.0.0.1", start), 1s);
}

TEST(LoginLimiter, DoublesTheDelayWithEachFurtherFailureUpToAMaximum) {
  LoginLimiter limiter;
  fail_times(limiter, 5, "qa", "peer");
  Timestamp now = start;
  Duration expected = 1s;
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(limiter.attempt("qa", "peer", now), expected);
    now = now + expected;
    EXPECT_EQ(limiter.attempt("qa", "peer", now), 0ms);
    expected = std::min<Duration>(expected * 2, 5min);
  }
  EXPECT_EQ(expected, Duration(5min));
}

TEST(LoginLimiter, DoesNotPunishAskingTooEarly) {
  LoginLimiter limiter;
  fail_times(limiter, 5, "qa", "peer");

  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.attempt("qa", "peer", start), 1s);
}

TEST(LoginLimiter, ForgetsFailuresAfterASuccess) {
  LoginLimiter limiter;
  fail_times(limiter, 5, "qa", "peer");
  limiter.succeeded("qa", "peer");

  EXPECT_EQ(limiter.attempt("qa", "peer", start), 0ms);
}

TEST(LoginLimiter, ForgetsFailuresAfterAWhile) {
  LoginLimiter limiter;
  fail_times(limiter, 5, "qa", "peer");

  EXPECT_EQ(limiter.attempt("qa", "peer", start + 31min), 0ms);
  EXPECT_EQ(limiter.attempt("qa", "peer", start + 31min), 0ms);
}

TEST(LoginLimiter, SlowsDownAPeerThatTriesManyNames) {
  LoginLimiter limiter;
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(limiter.attempt("user" + std::to_string(i), "peer", start), 0ms);
  }

  EXPECT_EQ(limiter.attempt("another", "peer", start), 1s);
  EXPECT_EQ(limiter.attempt("another", "elsewhere", start), 0ms);
}

TEST(LoginLimiter, DoesNotHoldThePeersOwnSuccessesAgainstIt) {
  LoginLimiter limiter;
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(limiter.attempt("qa", "peer", start), 0ms);
    limiter.succeeded("qa", "peer");
  }
  EXPECT_EQ(limiter.entry_count(), 0U);
}

TEST(LoginLimiter, KeepsItsMemoryBoundedAndTheNewestEntries) {
  LoginLimiter limiter({.entries_max = 10});
  fail_times(limiter, 5, "qa", "peer");
  limiter.attempt("later", "x", start + 1s);
  for (int i = 0; i < 8; ++i) {
    limiter.attempt("u" + std::to_string(i), "p" + std::to_string(i), start + 2s);
  }
  EXPECT_EQ(limiter.attempt("qa", "peer", start), 1s);
  limiter.attempt("one more", "and more", start + 3s);

  EXPECT_EQ(limiter.attempt("qa", "peer", start), 0ms);
  EXPECT_LE(limiter.entry_count(), 20U);
}

TEST(LoginLimiter, DoesNotMakeAnybodyWaitLongerWhenTheClockIsSetBack) {
  LoginLimiter limiter;
  fail_times(limiter, 5, "qa", "peer");

  EXPECT_EQ(limiter.attempt("qa", "peer", start - 1h), 1s);
}

}  // namespace
}  // namespace slip::auth
