// SPDX-License-Identifier: Apache-2.0
#include "domain/schedule.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace slip {
namespace {

Timestamp at(const char* text) {
  return parse_rfc3339(text).value();
}

std::string next(const char* schedule, const char* last) {
  return to_rfc3339(next_time(parse_schedule(schedule).value(), at(last)));
}

class ASchedule : public ::testing::Test {
 protected:
  void zone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ASchedule() { zone("UTC"); }
  ~ASchedule() override {
    ::unsetenv("TZ");
    ::tzset();
  }
};

TEST_F(ASchedule, OfAnIntervalCountsFromTheLastTime) {
  EXPECT_EQ(next("every 15min", "2026-11-22T14:03:07.250Z"), "2026-11-22T14:18:07.250Z");
  EXPECT_EQ(next("every 6h", "2026-11-22T20:00:00Z"), "2026-11-23T02:00:00.000Z");
  EXPECT_EQ(next("every 1d", "2026-11-22T20:00:00Z"), "2026-11-23T20:00:00.000Z");
}

TEST_F(ASchedule, OfDaysComesAtItsTimeOfTheNextSuchDay) {
  EXPECT_EQ(next("daily 02:30", "2026-11-22T02:29:59Z"), "2026-11-22T02:30:00.000Z");
  EXPECT_EQ(next("daily 02:30", "2026-11-22T02:30:00Z"), "2026-11-23T02:30:00.000Z");
  // The 22nd is a Sunday.
  EXPECT_EQ(next("weekdays 02:30", "2026-11-20T03:00:00Z"), "2026-11-23T02:30:00.000Z");
  EXPECT_EQ(next("sun,wed 23:00", "2026-11-22T23:00:00Z"), "2026-11-25T23:00:00.000Z");
  EXPECT_EQ(next("sun 23:00", "2026-11-22T23:00:00Z"), "2026-11-29T23:00:00.000Z");
}

TEST_F(ASchedule, OfDaysIsByTheMachinesZone) {
  zone("Europe/Berlin");
  EXPECT_EQ(next("daily 02:30", "2026-11-22T00:00:00Z"), "2026-11-22T01:30:00.000Z");
  // 02:30 does not exist in the night to the 29th of March.
  EXPECT_EQ(next("daily 02:30", "2026-03-28T12:00:00Z"), "2026-03-29T01:30:00.000Z");
}

TEST_F(ASchedule, SaysWhatItUnderstands) {
  for (const char* text : {"", "hourly", "every", "every 15", "every 30s", "every 0min",
                           "every -5min", "daily", "daily 25:00", "daily 2:3", "daily 02:60",
                           "someday 02:30", "sun, 02:30", "every 9999999min"}) {
    const auto refused = parse_schedule(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(refused.error().hint.find("weekdays 02:30"), std::string::npos);
  }
}

}  // namespace
}  // namespace slip
