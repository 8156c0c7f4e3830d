// SPDX-License-Identifier: Apache-2.0
// What a program in the sandbox can do to others: a superuser of a database may run any program as
// the instances' user, so it is tried with a script that means harm.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>

#include "runtime/abstract_sockets.h"
#include "runtime/supervisor_world.h"

namespace slip {
namespace {

class SandboxOfAnInstance : public testing::Test {
 protected:
  void SetUp() override {
    if (world_.runtime().info().isolation == Isolation::sandbox) return;
    const std::string reason = world_.runtime().info().isolation_reason;
    ASSERT_NE(geteuid(), 0U) << "root always has a sandbox: " << reason;
    GTEST_SKIP() << "no sandbox for an ordinary user here: " << reason;
  }
  // Runs the script to its end; what it said.
  std::string outcome(const std::string& script) {
    const auto started = world_.runtime().start(harm_, world_.script(harm_, script));
    EXPECT_TRUE(started) << started.error().describe();
    EXPECT_TRUE(world_.runtime().wait_exit(harm_, runtime_contract_patience));
    return world_.runtime().log(harm_, 1 << 16).value_or("no log");
  }

  ShellWorld world_{SupervisorOptions::Isolate::automatic, SupervisorOptions::Control::automatic};
  const InstanceId victim_{"ins_victim"};
  const InstanceId harm_{"ins_harm"};
};

TEST_F(SandboxOfAnInstance, HidesOtherInstancesDataAndTheDaemons) {
  const auto secret = world_.data(victim_) / "secret";
  std::ofstream(secret) << "salaries";
  std::filesystem::permissions(secret, std::filesystem::perms(0666));
  const std::string said = outcome(fmt::format(
      R"sh(cat {0} && echo BROKEN
           echo harm > {0} && echo BROKEN
           ls {1} && echo BROKEN
           ls /root && echo BROKEN
           ls /home && echo BROKEN
           cat /etc/shadow && echo BROKEN
           touch /usr/harm && echo BROKEN
           touch /etc/harm && echo BROKEN
           echo tried)sh",
      secret.string(), world_.options().state_directory.string()));

  EXPECT_THAT(said, testing::HasSubstr("tried\n"));
  EXPECT_THAT(said, testing::Not(testing::HasSubstr("BROKEN")));
  EXPECT_THAT(said, testing::Not(testing::HasSubstr("salaries")));
  EXPECT_EQ(world_.read(victim_, "secret"), "salaries");
}

TEST_F(SandboxOfAnInstance, HidesOtherProcessesAndTheirEnvironment) {
  LaunchSpec victim = world_.endless(victim_);
  victim.env["PASSWORD"] = "hunter-two";
  ASSERT_TRUE(world_.runtime().start(victim_, victim));

  const std::string said = outcome(
      R"sh(cat /proc/[0-9]*/environ | tr '\0' '\n'
           cat /proc/[0-9]*/cmdline | tr '\0' '\n'
           ls -d /proc/[0-9]* | wc -l | sed 's/^/processes: /'
           ls -l /proc/1/root/ /proc/1/cwd/)sh");

  EXPECT_THAT(said, testing::Not(testing::HasSubstr("hunter-two")));
  EXPECT_THAT(said, testing::ContainsRegex("processes: [1-9]\n"));
  EXPECT_THAT(said, testing::Not(testing::HasSubstr(world_.data(victim_).string())));
}

TEST_F(SandboxOfAnInstance, KeepsSignalsInside) {
  ASSERT_TRUE(world_.runtime().start(victim_, world_.endless(victim_)));
  const auto record = InstanceStore(world_.options().state_directory).load(victim_).value();

  outcome(fmt::format("kill -KILL {} ; kill -KILL {} ; kill -KILL 1 ; kill -KILL -1",
                      record->main->pid, record->sandbox ? record->sandbox->pid : 999'999));

  EXPECT_EQ(world_.runtime().status(victim_)->state, InstanceState::running);
}

TEST_F(SandboxOfAnInstance, ReadsButDoesNotWriteWhatIsReadable) {
  LaunchSpec spec = world_.script(harm_, "");
  spec.readable = {world_.data(victim_)};
  spec.argv = {"/bin/sh", "-c",
               fmt::format("cat {0}/given; touch {0}/harm; ls -d {0}/..; touch ok",
                           world_.data(victim_).string())};
  std::ofstream(world_.data(victim_) / "given") << "shared code\n";
  std::filesystem::permissions(world_.data(victim_) / "given", std::filesystem::perms(0644));

  ASSERT_TRUE(world_.runtime().start(harm_, spec));
  ASSERT_TRUE(world_.runtime().wait_exit(harm_, runtime_contract_patience));

  EXPECT_THAT(world_.runtime().log(harm_, 1000).value(), testing::HasSubstr("shared code\n"));
  EXPECT_FALSE(std::filesystem::exists(world_.data(victim_) / "harm"));
  EXPECT_TRUE(std::filesystem::exists(world_.data(harm_) / "ok"));
}

// The network, names and scratch places that servers need.
TEST_F(SandboxOfAnInstance, LetsProgramsWork) {
  const std::string said = outcome(
      R"sh(set -e
           id -un
           touch /tmp/a /dev/shm/a /var/tmp/a /run/a
           getent hosts localhost > hosts
           echo to the log > /dev/stderr
           cat /sys/devices/system/cpu/online > cpus
           ls -l /proc/net/tcp > /dev/null
           echo works)sh");

  EXPECT_THAT(said, testing::HasSubstr("works\n"));
  EXPECT_THAT(said, testing::HasSubstr("to the log\n"));
}

TEST_F(SandboxOfAnInstance, ShowsTheMachinesSettingsAsCopiesThatNobodyChanges) {
  std::filesystem::copy_file("/etc/hosts", world_.data(harm_) / "hosts");
  std::filesystem::permissions(world_.data(harm_) / "hosts", std::filesystem::perms(0644));
  const std::string said = outcome(
      R"sh(cmp /etc/hosts hosts && echo the same
           grep -E '^(passwd|group):' /etc/nsswitch.conf
           grep -c ' /etc/hosts ' /proc/self/mountinfo
           for file in hosts passwd nsswitch.conf; do
             echo more >> /etc/$file && echo BROKEN
             rm -f /etc/$file && echo BROKEN
           done
           echo tried)sh");

  EXPECT_THAT(said, testing::StartsWith("the same\npasswd: files\ngroup: files\n0\n"));
  EXPECT_THAT(said, testing::HasSubstr("tried\n"));
  EXPECT_THAT(said, testing::Not(testing::HasSubstr("BROKEN")));
}

// Each a way out that others have found, tried without harm.
TEST_F(SandboxOfAnInstance, RefusesWhatOnlyLeadsOut) {
  LaunchSpec spec = world_.script(harm_, "");
  spec.argv = {SLIP_SANDBOX_PROBE};
  spec.readable = {SLIP_SANDBOX_PROBE};
  const auto ran = world_.runtime().run_once(harm_, {.spec = spec});

  ASSERT_TRUE(ran) << ran.error().describe() << ran.error().detail;
  for (const char* refused :
       {"unshare user", "unshare net", "clone user", "mount", "open_tree", "fsopen", "keyctl",
        "bpf", "perf_event_open", "userfaultfd", "ptrace", "process_vm_readv", "init_module",
        "open_by_handle_at", "lease", "delegation", "terminal", "device"}) {
    EXPECT_THAT(ran->output, testing::HasSubstr(fmt::format("{}: {}\n", refused, EPERM)));
  }
  for (const char* missing : {"clone3", "io_uring_setup"}) {
    EXPECT_THAT(ran->output, testing::HasSubstr(fmt::format("{}: {}\n", missing, ENOSYS)));
  }
  for (const char* family : {"socket packet", "socket vsock"}) {
    EXPECT_THAT(ran->output, testing::HasSubstr(fmt::format("{}: {}\n", family, EAFNOSUPPORT)));
  }
  for (const char* needed :
       {"unshare files", "clone", "socket unix", "socket inet", "socket netlink"}) {
    EXPECT_THAT(ran->output, testing::HasSubstr(fmt::format("{}: 0\n", needed)));
  }
}

TEST_F(SandboxOfAnInstance, ReachesNoAbstractSocketOfTheHost) {
  if (!can_keep_from_abstract_sockets()) GTEST_SKIP() << "Linux before 6.12 cannot refuse it";
  const std::string name = fmt::format("slipstream-test-{}", getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, name.size());
  const UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())),
            0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  LaunchSpec spec = world_.script(harm_, "");
  spec.argv = {SLIP_SANDBOX_PROBE, name};
  spec.readable = {SLIP_SANDBOX_PROBE};

  const auto ran = world_.runtime().run_once(harm_, {.spec = spec});

  ASSERT_TRUE(ran) << ran.error().describe() << ran.error().detail;
  EXPECT_EQ(ran->output, fmt::format("abstract socket: {}\n", EPERM));
}

TEST_F(SandboxOfAnInstance, LimitsWhatItTakesOfTheMachine) {
  LaunchSpec spec = world_.script(harm_, "");
  spec.argv = {SLIP_SANDBOX_PROBE};
  spec.readable = {SLIP_SANDBOX_PROBE};
  const auto ran = world_.runtime().run_once(harm_, {.spec = spec});

  ASSERT_TRUE(ran) << ran.error().describe() << ran.error().detail;
  const Limits limits = default_limits();
  const auto mebibytes = [](std::int64_t bytes) { return bytes >> 20; };
  EXPECT_THAT(ran->output, testing::HasSubstr("core bytes: 0\n"));
  rlimit ours{};
  getrlimit(RLIMIT_NOFILE, &ours);
  EXPECT_THAT(ran->output, testing::HasSubstr(fmt::format(
                               "open files: {}\n", std::min(ours.rlim_max, limits.open_files))));
  for (const auto& [folder, bytes] :
       {std::pair("/tmp", limits.scratch_bytes), std::pair("/var/tmp", limits.scratch_bytes),
        std::pair("/dev/shm", limits.shared_memory_bytes), std::pair("/run", limits.run_bytes)}) {
    EXPECT_THAT(ran->output,
                testing::ContainsRegex(fmt::format("\n{}: {} MiB\n", folder, mebibytes(bytes))));
  }
}

TEST_F(SandboxOfAnInstance, HasNoMountOnWhichAProgramGainsRights) {
  const std::string said = outcome(
      R"sh(grep -v nosuid /proc/self/mountinfo && echo BROKEN
           grep -v nodev /proc/self/mountinfo | grep -v ' /dev' && echo BROKEN
           echo looked)sh");

  EXPECT_THAT(said, testing::HasSubstr("looked\n"));
  EXPECT_THAT(said, testing::Not(testing::HasSubstr("BROKEN")));
}

// What runs once is confined in the same way, and its own text is nobody else's to read.
TEST_F(SandboxOfAnInstance, ConfinesWhatRunsOnce) {
  const auto secret = world_.data(victim_) / "secret";
  std::ofstream(secret) << "salaries";
  std::filesystem::permissions(secret, std::filesystem::perms(0666));
  LaunchSpec spec = world_.script(harm_, "");
  spec.argv = {"harm"};
  const auto ran = world_.runtime().run_once(
      harm_, {.spec = spec,
              .program = fmt::format(R"sh(#!/bin/sh
           cat {0} && echo BROKEN
           ls {1} && echo BROKEN
           cat /etc/shadow && echo BROKEN
           echo more >> "$0" && echo BROKEN
           echo tried)sh",
                                     secret.string(), world_.options().state_directory.string())});

  ASSERT_TRUE(ran) << ran.error().describe() << ran.error().detail;
  EXPECT_THAT(ran->output, testing::EndsWith("tried\n"));
  EXPECT_THAT(ran->output, testing::Not(testing::HasSubstr("BROKEN")));
  EXPECT_THAT(ran->output, testing::Not(testing::HasSubstr("salaries")));
}

}  // namespace
}  // namespace slip
