// SPDX-License-Identifier: Apache-2.0
#include "runtime/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "runtime/supervisor_world.h"

namespace slip {
namespace {

constexpr std::int64_t mebibyte = 1 << 20;

TEST(LimitsOfASource, AreWrittenToItsGroupWhereItCounts) {
  const TemporaryDirectory group;
  for (const char* file : {"memory.max", "pids.max", "cpu.weight"}) {
    std::ofstream(group.path() / file) << "";
  }
  const RunLimits limits{.memory_bytes = 64 * mebibyte, .processes = 50, .cpu_weight = 20};

  limit_group(group.path(), limited(default_limits(), limits, MemoryIsCounted::yes),
              Urgency::normal);

  EXPECT_EQ(read_file(group.path() / "memory.max").value(), std::to_string(64 * mebibyte));
  EXPECT_EQ(read_file(group.path() / "pids.max").value(), "50");
  EXPECT_EQ(read_file(group.path() / "cpu.weight").value(), "20");
}

TEST(LimitsOfASource, AreNamedWhereTheMachineDoesNotKeepThem) {
  const TemporaryDirectory group;
  std::ofstream(group.path() / "cgroup.subtree_control") << "cpu pids\n";

  EXPECT_EQ(limits_not_kept(group.path()), "memory (but of each process)");
  EXPECT_EQ(limits_not_kept({}), "memory (but of each process), processes, cpu_weight");
}

TEST(LimitsOfASource, HoldForItsProcesses) {
  ShellWorld world(SupervisorOptions::Isolate::automatic,
                   SupervisorOptions::Control::process_group);
  const InstanceId id("ins_limited");
  LaunchSpec spec = world.script(id, "ulimit -n; ulimit -v");
  spec.limits = {.memory_bytes = 512 * mebibyte, .open_files = 100};

  const auto ran = world.runtime().run_once(id, {.spec = spec});

  ASSERT_TRUE(ran) << ran.error().describe();
  EXPECT_EQ(ran->output, "100\n524288\n");
}

}  // namespace
}  // namespace slip
