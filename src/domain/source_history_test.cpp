// SPDX-License-Identifier: Apache-2.0
#include "domain/source_history.h"

#include <gmock/gmock.h>

namespace slip {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Timestamp kNow{1'790'000'000'000};

Timestamp before(Duration ago) {
  return kNow - ago;
}

// Complete up to then, and taken a second later.
SourcePoint point(const std::string& snapshot, Duration ago,
                  const std::string& follower = "vol_1") {
  return {.snapshot = SnapshotId(snapshot),
          .follower = VolumeId(follower),
          .at = before(ago),
          .taken_by = before(ago - 1s),
          .position = ""};
}

Source follower(std::vector<SourcePoint> history) {
  Source source;
  source.volume = VolumeId("vol_1");
  source.history = std::move(history);
  return source;
}

std::string told(const Source& source, Duration ago, std::optional<Duration> log = Duration(24h)) {
  const auto past = past_data(source, before(ago), log, kNow);
  if (!past) return "nothing";
  return past->base.snapshot.str() +
         (past->replays ? " by " + (past->later.empty() ? "now" : past->later.str()) : "");
}

TEST(SourceHistory, LeadsToATimeFromThePointBeforeByTheLogOfThePointAfter) {
  const Source source = follower({point("a", 60min), point("b", 30min), point("c", 10min)});

  EXPECT_EQ(told(source, 61min), "nothing");
  EXPECT_EQ(told(source, 60min), "nothing") << "it may have something later";
  EXPECT_EQ(told(source, 59min), "a by b");
  EXPECT_EQ(told(source, 30min), "a by b") << "exactly what that has";
  EXPECT_EQ(told(source, 29min), "b by c");
  EXPECT_EQ(told(source, 1min), "c by now");
  EXPECT_EQ(told(source, 29min, std::nullopt), "b") << "no log is kept";
  EXPECT_EQ(told(source, 59min, Duration(20min)), "a") << "nor is it so old";
}

TEST(SourceHistory, DoesNotLeadFromOneFollowerToAnother) {
  Source source = follower({point("a", 60min, "vol_0"), point("b", 40min, "vol_0"),
                            point("c", 20min), point("d", 10min)});

  EXPECT_EQ(told(source, 50min), "a by b");
  EXPECT_EQ(told(source, 30min), "b") << "its follower is gone, and its log";
  EXPECT_EQ(told(source, 15min), "c by d");
  EXPECT_EQ(any_second_since(source, Duration(24h), kNow), before(20min - 1s));
  source.volume = {};
  EXPECT_EQ(any_second_since(source, Duration(24h), kNow), std::nullopt);
}

TEST(SourceHistory, BeginsWithWhatThereWasBeforeItWasKept) {
  Source source;
  EXPECT_EQ(told(source, 1min), "nothing");
  source.snapshot = SnapshotId("old");
  source.synced_at = before(2h);

  EXPECT_EQ(told(source, 1min), "old");
  EXPECT_EQ(told(source, 3h), "nothing");
}

TEST(SourceHistory, ForgetsOldReadingsOfTheClock) {
  std::vector<SourcePoint> history;
  for (const int ahead : {90'000, 60'000, 60'000, 60'000, 60'000, 60'000}) {
    history.push_back(point("a", Duration(100min) - Duration(5min) * history.size()));
    history.back().clock_ahead_ms = ahead;
  }
  EXPECT_EQ(clock_ahead(follower(history), VolumeId("vol_1"), before(5min)), Duration(60s))
      << "it was set since";
}

// Of an archive, whose times are by production's clock, which is ten minutes ahead.
TEST(SourceHistory, DoesNotBeginWithWhatHasMoreThanIsWanted) {
  auto early = point("a", 60min);
  auto late = point("b", 30min);
  early.at = early.at + Duration(10min);
  late.at = late.at + Duration(10min);
  EXPECT_EQ(told(follower({early, late}), 25min), "a by b");
}

TEST(SourceHistory, GoesByProductionsClockWhereThatDiffers) {
  auto early = point("a", 60min);
  early.clock_ahead_ms = 60'000;
  auto late = point("b", 30min);
  late.clock_ahead_ms = 59'000;
  const auto base = point("c", 10min);

  EXPECT_EQ(by_production_clock(follower({early, late, base}), base, before(5min)),
            before(5min) + Duration(60s))
      << "the message was late, not the clock";
  EXPECT_EQ(by_production_clock(follower({base}), base, before(5min)), before(5min));
  EXPECT_EQ(clock_ahead(follower({base}), base.follower, before(5min)), std::nullopt);
  EXPECT_EQ(clock_ahead(follower({late, early}), base.follower, before(5min)), Duration(60s));
  EXPECT_EQ(clock_ahead(follower({late}), VolumeId("another"), before(5min)), std::nullopt);
  late.clock_ahead_ms = -30;
  EXPECT_EQ(by_production_clock(follower({late, base}), base, before(5min)), before(5min))
      << "no more than the network's delay";
}

TEST(SourceHistory, IsThinnedOutAndEndsWithTheLogs) {
  const RetentionPolicy policy;
  const auto reaped = [&](const std::vector<SourcePoint>& history) {
    std::vector<std::string> names;
    for (const auto& one : history_to_reap(history, policy, kNow))
      names.push_back(one.snapshot.str());
    return names;
  };
  // Whole hours, so that two of them are in one.
  const Duration hour = Duration(kNow.ms % Duration(1h).count());
  EXPECT_THAT(reaped({point("a", hour + 3h + 50min), point("b", hour + 3h + 40min),
                      point("c", hour + 2h), point("d", 30min), point("e", 20min)}),
              ElementsAre("b"));
  EXPECT_THAT(reaped({point("a", 30h), point("b", 25h), point("c", 2h)}), ElementsAre("a", "b"));
  EXPECT_THAT(reaped({point("a", 30h, ""), point("b", 25h, ""), point("c", 2h, "")}),
              ElementsAre("a"))
      << "what stood a day ago stays";
  EXPECT_THAT(reaped({point("a", 300h, "")}), IsEmpty()) << "a source's only data";
}

}  // namespace
}  // namespace slip
