// SPDX-License-Identifier: Apache-2.0
#include "operations/points_in_hand.h"

#include <gtest/gtest.h>

#include <future>

namespace slip::test {
namespace {

using namespace std::chrono_literals;

TEST(PointsInHand, AreWaitedForUntilOneHasEndedAndNotWhileOthersAreAskedFor) {
  PointsInHand points;
  points.begin();
  auto waiting = std::async(std::launch::async, [&] { return points.wait_for_one(10s); });
  points.begin();
  points.withdraw();
  EXPECT_EQ(waiting.wait_for(50ms), std::future_status::timeout);

  points.end();

  EXPECT_TRUE(waiting.get());
}

TEST(PointsInHand, AreNotWaitedForWhereThereIsNoneAndOnceAllAreWithdrawn) {
  PointsInHand points;
  EXPECT_FALSE(points.wait_for_one(10s));
  points.begin();
  auto waiting = std::async(std::launch::async, [&] { return points.wait_for_one(10s); });

  points.withdraw();

  // Whether it had begun to wait or not, it is not kept.
  EXPECT_EQ(waiting.wait_for(5s), std::future_status::ready);
}

}  // namespace
}  // namespace slip::test
