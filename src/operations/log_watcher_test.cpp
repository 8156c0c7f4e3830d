// SPDX-License-Identifier: Apache-2.0
#include "operations/log_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_world.h"

namespace slip {
namespace {

using testing::IsEmpty;

TEST(LogWatcher, LooksAtTheLogsOfRunningBranchesAsLongAsTheyRun) {
  auto world = TestWorld::with_containers();
  LogWatcher watcher(world->world);
  watcher.look();
  EXPECT_THAT(world->database->looks(), IsEmpty());
  ASSERT_TRUE(watcher.refresh());

  watcher.look();
  watcher.look();
  const auto before = world->database->looks();
  const InstanceId qa = instance_on(world->active("qa").volume, "db");
  ASSERT_TRUE(before.contains(qa));
  EXPECT_EQ(before.at(qa), 2);

  ASSERT_TRUE(world->must(StopContainer{"qa", ""}, "qa"));
  ASSERT_TRUE(watcher.refresh());
  watcher.look();
  EXPECT_EQ(world->database->looks().at(qa), 2);
}

}  // namespace
}  // namespace slip
