// SPDX-License-Identifier: Apache-2.0
// What a program in the sandbox can do to the file system that its data is on. A program of its
// own, since the file system is mounted for the whole process.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "runtime/supervisor_world.h"
#include "tests/support/expect_result.h"
#include "tests/support/loop_mount.h"

namespace slip {
namespace {

// No snapshot of a volume has what lies in a subvolume of it.
TEST(SandboxOnBtrfs, MakesNoSubvolumes) {
  const test::LoopMount pool = test::LoopMount::btrfs(256 << 20);
  std::filesystem::permissions(pool.path().parent_path(), std::filesystem::perms(0755));
  const auto folder = pool.path() / "data";
  ASSERT_OK(make_directories(folder, 0700));
  ASSERT_OK(change_owner(folder, find_user("nobody").value()));
  ShellWorld world(SupervisorOptions::Isolate::automatic, SupervisorOptions::Control::automatic);
  const InstanceId harm("ins_harm");
  LaunchSpec spec = world.script(harm, "");
  spec.argv = {SLIP_SANDBOX_PROBE, "subvolumes"};
  spec.readable = {SLIP_SANDBOX_PROBE};
  spec.working_directory = folder;
  spec.writable = {folder};

  const auto ran = world.runtime().run_once(harm, {.spec = spec});

  ASSERT_TRUE(ran) << ran.error().describe() << ran.error().detail;
  EXPECT_EQ(
      ran->output,
      fmt::format("subvolume: {0}\nsubvolume v2: {0}\nsnapshot: {0}\nsnapshot v2: {0}\n", ENOTTY));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

}  // namespace
}  // namespace slip
