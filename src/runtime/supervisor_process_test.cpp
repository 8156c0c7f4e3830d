// SPDX-License-Identifier: Apache-2.0
// What only real processes can show: what happens to them when the daemon is killed, what is left
// of a tree that was stopped, what freezing does.

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "runtime/spawn.h"
#include "runtime/supervisor_world.h"

namespace slip {
namespace {

using Clock = std::chrono::steady_clock;
using Options = SupervisorOptions;

struct Variant {
  Options::Isolate isolate;
  Options::Control control;
};

template <class Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 2'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

// The arguments of every process of this machine, with spaces between them.
std::vector<std::string> command_lines() {
  std::vector<std::string> found;
  for (const auto& process : all_processes()) {
    std::ifstream in(fmt::format("/proc/{}/cmdline", process.pid), std::ios::binary);
    std::string arguments;
    if (process.state == 'Z' || !std::getline(in, arguments, '\n') || arguments.empty()) continue;
    arguments.pop_back();
    std::replace(arguments.begin(), arguments.end(), '\0', ' ');
    found.push_back(std::move(arguments));
  }
  return found;
}

int processes_with(const std::string& text) {
  int count = 0;
  for (const auto& line : command_lines()) count += line.find(text) != line.npos ? 1 : 0;
  return count;
}

class Supervised : public testing::TestWithParam<Variant> {
 protected:
  Runtime& runtime() { return world_.runtime(); }
  void start(const LaunchSpec& spec) {
    const auto started = runtime().start(id_, spec);
    ASSERT_TRUE(started) << started.error().describe() << "\n" << started.error().detail;
  }
  void start_script(const std::string& text) { start(world_.script(id_, text)); }
  bool has(const char* file) { return std::filesystem::exists(world_.data(id_) / file); }
  std::string has_read(const char* file) {
    EXPECT_TRUE(comes_true([&] { return has(file); })) << file << " never came";
    return world_.read(id_, file);
  }
  // A daemon that does `work` and is then killed, with nothing done to say good-bye.
  template <class Work>
  void in_a_daemon_that_is_killed(Work work) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    const pid_t daemon = fork();
    if (daemon == 0) {
      // What it leaves goes with the test.
      ::setenv("TMPDIR", world_.data(id_).c_str(), 1);
      work();
      [[maybe_unused]] const auto told = write(writer.get(), "!", 1);
      while (true) pause();
    }
    writer.reset();
    char done = 0;
    EXPECT_EQ(read(reader.get(), &done, 1), 1);
    kill(daemon, SIGKILL);
    waitpid(daemon, nullptr, 0);
  }

  ShellWorld world_{GetParam().isolate, GetParam().control};
  const InstanceId id_{"ins_real"};
  // Seconds nobody sleeps, different for each test process: found again among all processes.
  const std::string marker_ = fmt::format("98{}", getpid());
};

TEST_P(Supervised, LivesOnWhenTheDaemonIsKilledAndIsAdopted) {
  const LaunchSpec spec = world_.endless(id_);
  in_a_daemon_that_is_killed([&] { (void)world_.runtime().start(id_, spec); });

  EXPECT_EQ(runtime().status(id_)->state, InstanceState::running);
  start(spec);
  ASSERT_TRUE(comes_true([&] { return !runtime().log(id_, 100)->empty(); }));
  EXPECT_EQ(runtime().log(id_, 100).value(), "started\n");
  ASSERT_TRUE(runtime().stop(id_, Duration(0)));
  EXPECT_EQ(runtime().status(id_)->state, InstanceState::absent);
}

TEST_P(Supervised, GivesWayToOthersWhenNobodyWaitsForIt) {
  LaunchSpec spec = world_.script(id_, "nice > niceness; exec sleep " + marker_);
  spec.urgency = Urgency::background;

  start(spec);

  EXPECT_TRUE(
      comes_true([&] { return has("niceness") && world_.read(id_, "niceness") == "19\n"; }));
  EXPECT_TRUE(runtime().stop(id_, Duration(0)));
}

TEST_P(Supervised, HasItsLogCutToTheNewestPartWhileItWrites) {
  start_script(
      "head --bytes=40000000 /dev/zero | tr '\\0' x; "
      "while [ $(stat --dereference --format=%b /proc/self/fd/2) -gt 60000 ]; do sleep 0.02; done; "
      "echo; echo the end; touch written; exec sleep " +
      marker_);
  ASSERT_TRUE(comes_true([&] { return has("written"); }));

  const std::string log = runtime().log(id_, 100'000'000).value();
  EXPECT_LE(log.size(), static_cast<std::size_t>(2 * InstanceStore::rotate_at));
  EXPECT_NE(log.find("xx\nthe end\n"), std::string::npos);
  EXPECT_TRUE(runtime().stop(id_, Duration(0)));
}

// What a directory takes of its file system.
std::int64_t space_of(const std::filesystem::path& directory) {
  std::int64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    struct stat about {};
    if (stat(entry.path().c_str(), &about) == 0) bytes += std::int64_t{about.st_blocks} * 512;
  }
  return bytes;
}

TEST_P(Supervised, HasItsLogCutAllTheTimeAlsoWhereAnothersCannotBe) {
  const InstanceId stuck("ins_a_stuck");
  const LaunchSpec spec =
      world_.script(stuck, "head --bytes=40000000 /dev/zero; touch written; exec sleep " + marker_);
  ASSERT_TRUE(runtime().start(stuck, spec));
  // It cannot be moved aside: there is a folder in that place.
  const auto state = world_.options().state_directory;
  ASSERT_TRUE(make_directories(state / stuck.str() / "log.1.new"));

  // Goes on each time when its log has been cut.
  start_script(
      "for i in 1 2 3 4 5; do head --bytes=40000000 /dev/zero; "
      "while [ $(stat --dereference --format=%b /proc/self/fd/2) -gt 60000 ]; do sleep 0.02; done; "
      "done; touch written; exec sleep " +
      marker_);

  EXPECT_TRUE(comes_true([&] { return has("written"); }));
  EXPECT_LT(space_of(state / id_.str()), 5 * InstanceStore::rotate_at);
  EXPECT_TRUE(runtime().stop(id_, Duration(0)));
  EXPECT_TRUE(runtime().stop(stuck, Duration(0)));
}

TEST_P(Supervised, IsEndedWithAReasonWhenItsLogGrowsFasterThanItIsCut) {
  // At once, as no writer could.
  start_script("fallocate --length 300M /proc/self/fd/1; touch grown; exec sleep " + marker_);

  ASSERT_TRUE(comes_true([&] { return runtime().status(id_)->state == InstanceState::exited; }));

  EXPECT_TRUE(comes_true([&] {
    return runtime().log(id_, 1'000)->find("slipstream ended this program") != std::string::npos;
  }));
  EXPECT_LT(space_of(world_.options().state_directory / id_.str()), 5 * InstanceStore::rotate_at);
  EXPECT_TRUE(comes_true([&] { return processes_with(marker_) == 0; }));
  EXPECT_TRUE(runtime().stop(id_, Duration(0)));
}

// A full disk has room for nothing, and a log is no reason to keep it full.
TEST_P(Supervised, HasItsLogCutWhereItsNewestPartCannotBeKept) {
  start_script(
      "while [ ! -e go ]; do sleep 0.01; done; head --bytes=40000000 /dev/zero | tr '\\0' x; "
      "touch written; exec sleep " +
      marker_);
  const auto folder = world_.options().state_directory / id_.str();
  std::filesystem::create_directory(folder / "log.1");
  std::ofstream(world_.data(id_) / "go") << "";

  ASSERT_TRUE(comes_true([&] { return has("written"); }));

  EXPECT_TRUE(comes_true(
      [&] { return std::filesystem::file_size(folder / "log") <= 4 * InstanceStore::rotate_at; }));
  EXPECT_TRUE(runtime().stop(id_, Duration(0)));
}

TEST_P(Supervised, StaysFrozenWhenTheDaemonIsKilled) {
  const LaunchSpec spec = world_.endless(id_);
  in_a_daemon_that_is_killed([&] {
    (void)world_.runtime().start(id_, spec);
    (void)world_.runtime().freeze(id_);
  });

  EXPECT_EQ(runtime().status(id_)->state, InstanceState::frozen);
  ASSERT_TRUE(runtime().thaw(id_));
  EXPECT_EQ(runtime().status(id_)->state, InstanceState::running);
}

TEST_P(Supervised, NeverRunsAProgramWhoseDaemonIsKilledBeforeItsPidIsWritten) {
  pid_t child = 0;
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  in_a_daemon_that_is_killed([&] {
    const InstanceStore store(world_.options().state_directory);
    (void)store.save(id_,
                     InstanceRecord{.program = "/bin/sh", .cgroup = {}, .main = {}, .sandbox = {}});
    const auto log = store.open_log(id_);
    static auto held =
        spawn(Program{.argv = {"/bin/sh", "-c", "echo ran"}}, {.log_fd = log->get()});
    const pid_t pid = held->pid();
    [[maybe_unused]] const auto told = write(ends[1], &pid, sizeof pid);
  });
  ASSERT_EQ(read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  close(ends[0]);
  close(ends[1]);

  EXPECT_TRUE(comes_true([&] {
    const auto stat = read_stat(child);
    return !stat || stat->state == 'Z';
  }));
  EXPECT_THAT(runtime().list().value(), testing::ElementsAre(id_));
  EXPECT_EQ(runtime().status(id_)->state, InstanceState::exited);
  EXPECT_EQ(runtime().log(id_, 100).value(), "");
  start(world_.endless(id_));
  EXPECT_EQ(runtime().status(id_)->state, InstanceState::running);
}

TEST_P(Supervised, LeavesNoProcessOfTheTreeAtAStop) {
  const std::string sleeper = "sleep " + marker_;
  start_script(fmt::format("({0} & setsid {0} & {0}; true) & wait", sleeper));
  ASSERT_TRUE(comes_true([&] {
    const auto lines = command_lines();
    return std::count(lines.begin(), lines.end(), sleeper) == 3;
  }));

  ASSERT_TRUE(runtime().stop(id_, Duration(0)));

  EXPECT_EQ(processes_with(marker_), 0);
}

TEST_P(Supervised, LeavesNothingBehindWhenTheProgramEnds) {
  start_script(fmt::format("sleep {} & echo > up; exit 5", marker_));

  ASSERT_TRUE(runtime().wait_exit(id_, runtime_contract_patience));

  EXPECT_EQ(runtime().status(id_)->exit_status, 5);
  EXPECT_TRUE(comes_true([&] { return processes_with(marker_) == 0; }));
}

TEST_P(Supervised, LeavesNoZombieWhenNobodyAsks) {
  start_script("echo > up; exit 0");
  const auto record = InstanceStore(world_.options().state_directory).load(id_).value();
  ASSERT_TRUE(record && record->main);

  EXPECT_TRUE(comes_true([&] { return !read_stat(record->main->pid); }));
}

TEST_P(Supervised, TellsTheSignalThatKilledAProgram) {
  start_script("kill -KILL $$");

  ASSERT_TRUE(runtime().wait_exit(id_, runtime_contract_patience));

  EXPECT_EQ(runtime().status(id_)->exit_status, 128 + SIGKILL);
}

TEST_P(Supervised, AsksTheProgramItselfToEndByTheSignalItWants) {
  LaunchSpec spec = world_.script(
      id_, "trap 'echo > ended; exit 0' INT; echo > up; while :; do sleep 0.01; done");
  spec.stop_signal = SIGINT;
  start(spec);
  has_read("up");

  const auto before = Clock::now();
  ASSERT_TRUE(runtime().stop(id_, runtime_contract_patience));

  EXPECT_TRUE(has("ended"));
  EXPECT_LT(Clock::now() - before, runtime_contract_patience);
}

TEST_P(Supervised, KillsAfterTheGraceAndNotBefore) {
  start_script("trap '' TERM; echo > up; while :; do sleep 0.01; done");
  has_read("up");

  const auto before = Clock::now();
  ASSERT_TRUE(runtime().stop(id_, Duration(200)));

  EXPECT_GE(Clock::now() - before, Duration(200));
  EXPECT_LT(Clock::now() - before, runtime_contract_patience);
}

TEST_P(Supervised, WritesNothingWhileFrozen) {
  start_script("(while :; do echo x >> ticks; done) & while :; do echo y >> ticks; done");
  has_read("ticks");
  const auto size = [&] { return std::filesystem::file_size(world_.data(id_) / "ticks"); };

  ASSERT_TRUE(runtime().freeze(id_));
  const auto before = size();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // time in which it could write
  EXPECT_EQ(size(), before);

  ASSERT_TRUE(runtime().thaw(id_));
  EXPECT_TRUE(comes_true([&] { return size() > before; }));
}

// A shell that waits for a child made by vfork cannot be stopped by a signal.
TEST_P(Supervised, FreezesAShellThatKeepsStartingPrograms) {
  start_script("echo > up; while :; do /bin/true; done");
  has_read("up");

  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(runtime().freeze(id_)) << i;
    ASSERT_EQ(runtime().status(id_)->state, InstanceState::frozen) << i;
    ASSERT_TRUE(runtime().thaw(id_)) << i;
  }
}

TEST_P(Supervised, TakesAPidThatWasGivenOutAgainForNobodyOfOurs) {
  auto innocent = identify(getpid()).value();
  innocent.start_ticks -= 1;
  const InstanceStore store(world_.options().state_directory);
  ASSERT_TRUE(runtime().list());
  ASSERT_TRUE(
      store.save(id_, {.program = "/bin/sh", .cgroup = {}, .main = innocent, .sandbox = {}}));

  EXPECT_EQ(runtime().status(id_)->state, InstanceState::exited);
  EXPECT_TRUE(runtime().stop(id_, Duration(0)));
}

TEST_P(Supervised, HasAllEndedAfterAReboot) {
  auto before_the_boot = identify(getpid()).value();
  before_the_boot.boot_id = "another";
  const InstanceStore store(world_.options().state_directory);
  ASSERT_TRUE(store.save(
      id_, {.program = "/bin/sh", .cgroup = {}, .main = before_the_boot, .sandbox = {}}));

  EXPECT_THAT(runtime().list().value(), testing::ElementsAre(id_));
  EXPECT_EQ(runtime().status(id_)->state, InstanceState::exited);
  EXPECT_FALSE(runtime().status(id_)->exit_status);
  start(world_.endless(id_));
  EXPECT_EQ(runtime().status(id_)->state, InstanceState::running);
}

TEST_P(Supervised, MovesALogThatHasGrownTooLongAsideAtAStart) {
  start_script("head -c 9000000 /dev/zero | tr '\\0' z; echo; echo last");
  ASSERT_TRUE(runtime().wait_exit(id_, runtime_contract_patience));

  start_script("echo next");
  ASSERT_TRUE(runtime().wait_exit(id_, runtime_contract_patience));

  const auto log = world_.options().state_directory / id_.str() / "log";
  EXPECT_LT(std::filesystem::file_size(log), 100U);
  EXPECT_EQ(runtime().log(id_, 11).value(), "\nlast\nnext\n");
}

TEST_P(Supervised, GivesTheProgramOnlyWhatItsSpecSays) {
  setenv("DAEMON_SECRET", "hidden", 1);
  const UniqueFd leak(dup(1));
  LaunchSpec spec = world_.script(id_, R"sh(
    umask > umask
    env > env
    grep -E '^(Uid|Gid|CapEff|NoNewPrivs|SigIgn|SigBlk):' /proc/self/status > status
    for fd in /proc/$$/fd/*; do echo "${fd##*/}"; done > fds
    head -c 1 > stdin
    echo > done; sleep 1000)sh");
  spec.env["GREETING"] = "two words";
  spec.env["LD_BIND_NOW"] = "1";
  start(spec);
  has_read("done");
  unsetenv("DAEMON_SECRET");

  EXPECT_EQ(world_.read(id_, "umask"), "0077\n");
  EXPECT_THAT(world_.read(id_, "env"), testing::HasSubstr("GREETING=two words\n"));
  EXPECT_THAT(world_.read(id_, "env"), testing::HasSubstr("LD_BIND_NOW=1\n"));
  EXPECT_THAT(world_.read(id_, "env"), testing::Not(testing::HasSubstr("DAEMON_SECRET")));
  EXPECT_EQ(processes_with("two words"), 0);
  const std::string status = world_.read(id_, "status");
  EXPECT_THAT(status, testing::HasSubstr("CapEff:\t0000000000000000"));
  EXPECT_THAT(status, testing::HasSubstr("NoNewPrivs:\t1"));
  EXPECT_THAT(status, testing::HasSubstr("SigBlk:\t0000000000000000"));
  EXPECT_THAT(status, testing::Not(testing::HasSubstr("Uid:\t0")));
  EXPECT_THAT(world_.read(id_, "fds"), testing::StartsWith("0\n1\n"));
  EXPECT_THAT(world_.read(id_, "fds"), testing::Not(testing::HasSubstr("4\n")));
  EXPECT_EQ(world_.read(id_, "stdin"), "");
}

TEST_P(Supervised, RunsAProgramThatIsNoFile) {
  LaunchSpec spec = world_.endless(id_);
  spec.argv = {"hello.sh", "two words"};
  spec.env["GREETING"] = "good day";

  const auto ran = runtime().run_once(
      id_, {.spec = spec, .program = "#!/bin/sh\necho \"$GREETING, $1\"; pwd; echo 1 > made\n"});

  ASSERT_TRUE(ran) << ran.error().describe() << ran.error().detail;
  EXPECT_EQ(ran->output, "good day, two words\n" + world_.data(id_).string() + "\n");
  EXPECT_TRUE(has("made"));
}

TEST_P(Supervised, LeavesNoProcessOfARunThatTookTooLong) {
  const auto spec = world_.script(id_, fmt::format("sleep {0} & setsid sleep {0}", marker_));

  const auto ran = runtime().run_once(id_, {.spec = spec, .time_limit = Duration(300)});

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::timed_out);
  EXPECT_EQ(processes_with(marker_), 0);
}

TEST_P(Supervised, EndsARunThatWasKilledWithItsDaemon) {
  const auto spec = world_.script(id_, "echo > up; sleep " + marker_);
  in_a_daemon_that_is_killed([&] {
    std::thread([&] { (void)runtime().run_once(id_, {.spec = spec}); }).detach();
    (void)comes_true([&] { return has("up"); });
  });
  EXPECT_THAT(runtime().list().value(), testing::ElementsAre(id_));

  ASSERT_TRUE(runtime().run_once(id_, {.spec = world_.says(id_, "again", 0)}));

  EXPECT_EQ(processes_with(marker_), 0);
}

INSTANTIATE_TEST_SUITE_P(SandboxAndCgroup, Supervised,
                         testing::Values(Variant{Options::Isolate::automatic,
                                                 Options::Control::automatic}));
INSTANTIATE_TEST_SUITE_P(CgroupOnly, Supervised,
                         testing::Values(Variant{Options::Isolate::never,
                                                 Options::Control::automatic}));
INSTANTIATE_TEST_SUITE_P(SandboxOnly, Supervised,
                         testing::Values(Variant{Options::Isolate::automatic,
                                                 Options::Control::process_group}));
INSTANTIATE_TEST_SUITE_P(ProcessGroupOnly, Supervised,
                         testing::Values(Variant{Options::Isolate::never,
                                                 Options::Control::process_group}));

}  // namespace
}  // namespace slip
