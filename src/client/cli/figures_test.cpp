// SPDX-License-Identifier: Apache-2.0
#include "client/cli/figures.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace slip::cli {
namespace {

// A zone that is not UTC and knows summer time, whatever machine this runs on.
class Figures : public testing::Test {
 protected:
  void SetUp() override { set_zone("CET-1CEST,M3.5.0,M10.5.0/3"); }
  void TearDown() override { set_zone("UTC"); }

  static void set_zone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
  static Timestamp at(std::string_view text) { return parse_rfc3339(text).value(); }

  const Timestamp now_ = at("2026-11-22T14:03:07.250Z");
};

TEST_F(Figures, ShowTheClockAloneForToday) {
  EXPECT_EQ(moment(at("2026-11-22T00:00:01Z"), now_), "01:00:01");
  EXPECT_EQ(short_moment(at("2026-11-22T00:00:01Z"), now_), "01:00:01");
}

TEST_F(Figures, ShowTheDayOfAnotherDayAndTheYearOfAnotherYear) {
  EXPECT_EQ(moment(at("2026-11-21T22:59:59Z"), now_), "Sat 21 Nov 23:59:59");
  EXPECT_EQ(moment(at("2026-07-01T12:00:00Z"), now_), "Wed 1 Jul 14:00:00");
  EXPECT_EQ(short_moment(at("2025-12-24T17:00:00Z"), now_), "Wed 24 Dec 2025 18:00");
}

TEST_F(Figures, SayHowLongAgo) {
  EXPECT_EQ(ago(now_ - std::chrono::seconds(2), now_), "just now");
  EXPECT_EQ(ago(now_ - std::chrono::seconds(40), now_), "40 seconds ago");
  EXPECT_EQ(ago(now_ - std::chrono::seconds(60), now_), "1 minute ago");
  EXPECT_EQ(ago(now_ - std::chrono::hours(47), now_), "47 hours ago");
  EXPECT_EQ(ago(now_ - std::chrono::hours(96), now_), "4 days ago");
  EXPECT_EQ(ago(now_ - std::chrono::hours(24 * 400), now_), "13 months ago");
  EXPECT_EQ(ago(now_ + std::chrono::hours(3), now_), "in 3 hours");
}

TEST_F(Figures, SayHowLongItTook) {
  EXPECT_EQ(took(Duration(230)), "0.23 s");
  EXPECT_EQ(took(Duration(4'130)), "4.1 s");
  EXPECT_EQ(took(Duration(125'000)), "2 min 5 s");
  EXPECT_EQ(took(std::chrono::minutes(192)), "3 h 12 min");
}

TEST_F(Figures, SayHowBig) {
  EXPECT_EQ(size(0), "0 B");
  EXPECT_EQ(size(1023), "1023 B");
  EXPECT_EQ(size(1536), "1.5 KiB");
  EXPECT_EQ(size((1 << 20) - 1), "1.0 MiB");
  EXPECT_EQ(size(5'368'709'120), "5.0 GiB");
}

TEST_F(Figures, ReadTimesOfAnyZoneAndAWhileAgo) {
  EXPECT_EQ(read_time("2026-11-22T15:03:07+01:00", now_).value(), at("2026-11-22T14:03:07Z"));
  EXPECT_EQ(read_time("10 min ago", now_).value(), now_ - std::chrono::minutes(10));
  EXPECT_EQ(read_time("2h ago", now_).value(), now_ - std::chrono::hours(2));
}

TEST_F(Figures, RefuseATimeWithoutItsZoneAndSayHowToWriteIt) {
  const auto winter = read_time("2026-11-22T14:03:07", now_);
  ASSERT_FALSE(winter);
  EXPECT_EQ(winter.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(winter.error().hint.find("2026-11-22T14:03:07+01:00"), std::string::npos)
      << winter.error().hint;
  const auto summer = read_time("2026-07-01 14:03", now_);
  ASSERT_FALSE(summer);
  EXPECT_NE(summer.error().hint.find("2026-07-01 14:03:00+02:00"), std::string::npos)
      << summer.error().hint;
}

TEST_F(Figures, RefuseWhatIsNoTime) {
  for (const auto* text : {"", "yesterday", "ago", "-5 min ago", "10 parsecs ago", "25:00", "7d"}) {
    const auto read = read_time(text, now_);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
  }
}

TEST_F(Figures, ReadAnExpiryFromNowOn) {
  EXPECT_EQ(read_expiry("7d", now_).value(), now_ + std::chrono::hours(7 * 24));
  EXPECT_EQ(read_expiry("2026-12-01T00:00:00Z", now_).value(), at("2026-12-01T00:00:00Z"));
}

}  // namespace
}  // namespace slip::cli
