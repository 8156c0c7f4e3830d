// SPDX-License-Identifier: Apache-2.0
#include "runtime/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

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

TEST(LimitsOfAContainer, AreWrittenToItsGroupAndTakenAwayAgain) {
  const TemporaryDirectory group;
  for (const char* file : {"memory.max", "pids.max", "cpu.weight"}) {
    std::ofstream(group.path() / file) << "";
  }
  const auto said = [&](const char* file) { return read_file(group.path() / file).value(); };

  limit_together(group.path(), {.memory_bytes = 64 * mebibyte, .processes = 50, .cpu_weight = 20});
  EXPECT_EQ(said("memory.max"), std::to_string(64 * mebibyte));
  EXPECT_EQ(said("pids.max"), "50");
  EXPECT_EQ(said("cpu.weight"), "20");

  for (const char* file : {"memory.max", "pids.max", "cpu.weight"}) {
    std::ofstream(group.path() / file) << "";
  }
  limit_together(group.path(), {});
  EXPECT_EQ(said("memory.max"), "max");
  EXPECT_EQ(said("pids.max"), "max");
  EXPECT_EQ(said("cpu.weight"), "100");
}

TEST(LimitsOfAContainer, AreKeptAtOnceByTheControllersThereAre) {
  const TemporaryDirectory group;
  std::ofstream(group.path() / "cgroup.subtree_control") << "cpu pids\n";

  const HowKept kept = how_kept(group.path());

  EXPECT_EQ(kept.memory, Kept::of_each_process);
  EXPECT_EQ(kept.processes, Kept::at_once);
  EXPECT_EQ(kept.cpu_weight, Kept::at_once);
  EXPECT_EQ(how_kept({}).processes, Kept::not_at_all);
}

// Where no group counts them, those of the container's user are.
TEST(LimitsOfAContainer, BoundTheProcessesOfAllItsInstancesAndOfNoOther) {
  if (geteuid() != 0) GTEST_SKIP() << "an ordinary user has no other users";
  ShellWorld world(SupervisorOptions::Isolate::automatic,
                   SupervisorOptions::Control::process_group);
  ASSERT_EQ(world.runtime().info().how_kept.processes, Kept::at_the_next_start);
  // The kernel counts them over the whole machine: nobody else's, such as an installation's.
  const auto nobodys = 1'910'000'000U + std::random_device{}() % 1'000'000U * 2;
  const auto spec = [&](const InstanceId& id, std::uint32_t container, const char* text) {
    LaunchSpec made = world.script(id, text);
    made.user = nobodys + container;
    made.together = TogetherLimits{.container = container, .limits = {.processes = 30}};
    return made;
  };
  const char* stays = "for i in $(seq 20); do sleep 60 & done; echo ready; wait";
  const char* wants_more = "for i in $(seq 20); do sleep 60 & done 2>/dev/null; echo made it";
  const InstanceId one("ins_one");
  const InstanceId two("ins_two");
  ASSERT_TRUE(world.runtime().start(one, spec(one, 1, stays)));
  const auto said = [&] { return world.runtime().log(one, 1024).value_or(""); };
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (said() != "ready\n" && std::chrono::steady_clock::now() < until) {
    ASSERT_FALSE(world.runtime().wait_exit(one, Duration(10))) << said();
  }

  const auto same = world.runtime().run_once(two, {.spec = spec(two, 1, wants_more)});
  const auto neighbour = world.runtime().run_once(two, {.spec = spec(two, 2, wants_more)});

  ASSERT_TRUE(same) << same.error().describe();
  EXPECT_EQ(same->output.find("made it"), std::string::npos);
  ASSERT_TRUE(neighbour) << neighbour.error().describe();
  EXPECT_EQ(neighbour->output, "made it\n");
}

TEST(LimitsOfAContainer, BoundItsProcessesAlsoWhereNobodySaidSo) {
  if (geteuid() != 0) GTEST_SKIP() << "an ordinary user has no other users";
  ShellWorld world(SupervisorOptions::Isolate::automatic,
                   SupervisorOptions::Control::process_group);
  const InstanceId id("ins_default");
  LaunchSpec spec = world.script(id, "ulimit -p");
  spec.user = 1'900'000'000;

  const auto ran = world.runtime().run_once(id, {.spec = spec});

  ASSERT_TRUE(ran) << ran.error().describe();
  EXPECT_EQ(ran->output, std::to_string(default_limits().processes) + "\n");
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

// Neither shared memory nor what is only reserved counts, as servers and runtimes of languages have
// it by the gigabyte.
TEST(LimitsOfASource, BoundWhatEachProcessHasOfItsOwnWhereNobodySaidSo) {
  ShellWorld world(SupervisorOptions::Isolate::automatic,
                   SupervisorOptions::Control::process_group);
  const InstanceId id("ins_unlimited");
  const LaunchSpec spec = world.script(id, "ulimit -d; ulimit -v; cat /proc/self/oom_score_adj");

  const auto ran = world.runtime().run_once(id, {.spec = spec});

  ASSERT_TRUE(ran) << ran.error().describe();
  EXPECT_EQ(ran->output,
            std::to_string(default_limits().memory_bytes / 1024) + "\nunlimited\n500\n");
}

TEST(LimitsOfASource, LeaveTheMachineMemoryOfItsOwn) {
  const std::int64_t all =
      std::int64_t{sysconf(_SC_PHYS_PAGES)} * std::int64_t{sysconf(_SC_PAGESIZE)};
  const auto usual = limited(default_limits(), {}, MemoryIsCounted::no);
  EXPECT_LT(usual.data_of_each, static_cast<rlim_t>(all - all / 8));
  EXPECT_GT(usual.data_of_each, static_cast<rlim_t>(all / 2));
  EXPECT_EQ(limited(default_limits(), {}, MemoryIsCounted::yes).data_of_each, RLIM_INFINITY);
}

// Of all programs that are no instances together.
TEST(LimitsOfCommands, AreWrittenToTheirGroup) {
  const TemporaryDirectory base;
  std::filesystem::create_directory(base.path() / "commands");
  for (const char* file : {"cgroup.procs", "memory.max", "pids.max", "cpu.weight"}) {
    std::ofstream(base.path() / "commands" / file) << "";
  }

  const auto group = group_of_commands(base.path(), default_limits());

  EXPECT_EQ(group, base.path() / "commands");
  EXPECT_EQ(read_file(group / "memory.max").value(), std::to_string(default_limits().memory_bytes));
  EXPECT_EQ(read_file(group / "pids.max").value(), std::to_string(default_limits().processes));
}

TEST(LimitsOfCommands, AreThoseOfTheirGroupWhereThereIsOne) {
  ShellWorld world(SupervisorOptions::Isolate::automatic, SupervisorOptions::Control::automatic);
  if (world.runtime().info().control != "cgroup2") GTEST_SKIP() << "no cgroups here";

  const auto confinement = dynamic_cast<SupervisorRuntime&>(world.runtime()).confinement();
  const auto ran =
      run_ok(confinement->confine({.argv = {"sh", "-c", "cat /proc/self/cgroup"}}, {}).value());

  ASSERT_TRUE(ran) << ran.error().describe();
  EXPECT_THAT(*ran, testing::HasSubstr("/commands\n"));
}

TEST(LimitsOfCommands, HoldWithoutASandboxToo) {
  const auto ran =
      run_ok(LimitsOnly({})
                 .confine({.argv = {"sh", "-c", "ulimit -n; ulimit -d"}},
                          {.limits = {.memory_bytes = 64 * mebibyte, .open_files = 100}})
                 .value());
  EXPECT_EQ(ran.value(), "100\n65536\n");
}

}  // namespace
}  // namespace slip
