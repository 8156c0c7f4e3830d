// SPDX-License-Identifier: Apache-2.0
#include "domain/quota.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace slip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t mebibyte = 1 << 20;
constexpr std::int64_t gibibyte = 1 << 30;

TEST(Quota, RefusesWhatMeansNothingAndNamesIt) {
  for (const auto& [quota, name] : {std::pair(Quota{.memory_bytes = mebibyte}, "memory_bytes"),
                                    std::pair(Quota{.processes = 3}, "processes"),
                                    std::pair(Quota{.cpu_weight = 10'001}, "cpu_weight"),
                                    std::pair(Quota{.open_files = -1}, "open_files"),
                                    std::pair(Quota{.disk_bytes = mebibyte}, "disk_bytes")}) {
    const auto refused = check_quota(quota);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(refused.error().message, HasSubstr(name));
  }
  EXPECT_TRUE(check_quota({}));
  EXPECT_TRUE(check_quota({.memory_bytes = gibibyte, .processes = 16, .disk_bytes = gibibyte}));
}

TEST(Quota, AndATemplateBoundASourceTogetherByTheTighterOfTheTwo) {
  const RunLimits of_template{.memory_bytes = gibibyte, .processes = 50};
  const RunLimits of_quota{.memory_bytes = 2 * gibibyte, .processes = 20, .open_files = 100};

  const RunLimits expected{.memory_bytes = gibibyte, .processes = 20, .open_files = 100};
  EXPECT_EQ(tighter(of_template, of_quota), expected);
  EXPECT_EQ(tighter(of_quota, of_template), expected);
}

TEST(Quota, SaysWhatItIsAsPeopleGaveIt) {
  EXPECT_EQ(words_of({}), "no limits");
  EXPECT_EQ(words_of({.memory_bytes = 2 * gibibyte, .processes = 100}),
            "at most 2 GiB of memory, 100 processes");
  EXPECT_EQ(words_of({.cpu_weight = 20, .disk_bytes = 1536 * mebibyte}),
            "at most 1536 MiB of disk, processor weight 20");
}

TEST(Quota, SaysWhatTheMachineKeepsOtherwiseThanAtOnce) {
  const Quota quota{.memory_bytes = gibibyte, .processes = 20, .cpu_weight = 5};
  const HowKept everything{Kept::at_once, Kept::at_once, Kept::at_once};
  const HowKept little{Kept::of_each_process, Kept::at_the_next_start, Kept::not_at_all};

  EXPECT_THAT(how_kept(quota, everything), IsEmpty());
  EXPECT_THAT(how_kept(quota, little),
              ElementsAre(HasSubstr("of each process"), HasSubstr("from the next start"),
                          HasSubstr("cannot keep it")));
  EXPECT_THAT(how_kept({}, little), IsEmpty());
}

TEST(DiskQuota, LeavesRoomToGoBackWhenItIsUsedUpButNotWithoutEnd) {
  EXPECT_EQ(disk_room(gibibyte, gibibyte - 1), DiskRoom::ample);
  EXPECT_EQ(disk_room(gibibyte, gibibyte), DiskRoom::used_up);
  EXPECT_EQ(disk_room(gibibyte, 2 * gibibyte), DiskRoom::overdrawn);
  EXPECT_EQ(disk_room(gibibyte, 4 * gibibyte), DiskRoom::spent);
  // What may start finds room to write in, and the quota is never less.
  for (const std::int64_t used : {std::int64_t{0}, gibibyte, 3 * gibibyte}) {
    EXPECT_GE(ceiling_at_rest(gibibyte, used), gibibyte + 32 * mebibyte);
    EXPECT_GE(ceiling_at_work(gibibyte, used), used + 32 * mebibyte);
    EXPECT_GT(ceiling_at_work(gibibyte, used), ceiling_at_rest(gibibyte, used));
  }
}

TEST(DiskQuota, HasAnEndForWhoeverWritesWhileHisDatabasesAreStartedAgainAndAgain) {
  for (const std::int64_t quota : {64 * mebibyte, gibibyte, 1000 * gibibyte}) {
    std::int64_t used = 0;
    for (int i = 0; i < 1000; ++i) {
      used = std::max(used, ceiling_at_rest(quota, used));
      used = std::max(used, ceiling_at_work(quota, used));
    }
    EXPECT_EQ(disk_room(quota, used), DiskRoom::spent);
    EXPECT_LE(used, quota + std::max(quota / 2, 8 * slack_of(quota)) + 2 * gibibyte);
  }
}

}  // namespace
}  // namespace slip
