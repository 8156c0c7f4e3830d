// SPDX-License-Identifier: Apache-2.0
// What programs of adapters' own can do to others, and what they keep of `run`'s promises.

#include "ports/confinement.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <fstream>

#include "runtime/process_identity.h"
#include "tests/contract/adapter_world.h"

namespace slip {
namespace {

using testing::HasSubstr;
using testing::Not;

class Confined : public testing::Test {
 protected:
  void SetUp() override {
    if (dynamic_cast<const Sandbox*>(test::confinement().get()) != nullptr) return;
    ASSERT_NE(geteuid(), 0U) << "root always has a sandbox";
    GTEST_SKIP() << "no sandbox for an ordinary user here";
  }
  Command shell(const std::string& script) const { return {.argv = {"sh", "-c", script}}; }
  // Standard output and error of the script, run to its end in its folder.
  std::string outcome(const Command& command, ConfinedPlaces places = {}) {
    places.writable.push_back(own_);
    const auto confined = test::confinement()->confine(command, places);
    EXPECT_TRUE(confined) << confined.error().describe();
    const auto output = run(confined.value());
    EXPECT_TRUE(output) << output.error().describe() << output.error().detail;
    return output ? output->out + output->err : "";
  }
  int processes_with(const std::string& text) {
    int count = 0;
    for (const auto& process : all_processes()) {
      const auto arguments = read_file(fmt::format("/proc/{}/cmdline", process.pid));
      if (process.state != 'Z' && arguments && arguments->find(text) != text.npos) ++count;
    }
    return count;
  }

  TemporaryDirectory files_;
  const std::filesystem::path own_ = test::folder_for_run_user(files_.path(), "own");
  const std::string marker_ = fmt::format("97{}", getpid());  // seconds that nobody else sleeps
};

TEST_F(Confined, SeesNothingOfTheHostButItsPlaces) {
  const auto secret = files_.path() / "secret";
  std::ofstream(secret) << "salaries";
  ::setenv("DAEMON_SECRET", "hunter-two", 1);
  const std::string said = outcome(shell(fmt::format(
      R"sh(cat {0}; echo harm > {0} && echo BROKEN
           ls /root && echo BROKEN; ls /home && echo BROKEN; cat /etc/shadow && echo BROKEN
           ls {1} | grep -v own && echo BROKEN
           cat /proc/[0-9]*/environ | tr '\0' '\n' | grep hunter && echo BROKEN
           kill -KILL {2} && echo BROKEN
           touch {3}/mine && echo tried)sh",
      secret.string(), files_.path().string(), getpid(), own_.string())));
  ::unsetenv("DAEMON_SECRET");

  EXPECT_THAT(said, HasSubstr("tried\n"));
  EXPECT_THAT(said, Not(HasSubstr("BROKEN")));
  EXPECT_THAT(said, Not(HasSubstr("salaries")));
}

TEST_F(Confined, HasLinksThatLeadIntoItsOwnPlaces) {
  std::filesystem::create_directory(own_ / "fast");
  ASSERT_EQ(::chmod((own_ / "fast").c_str(), 0777), 0);
  const std::string there = (own_ / "fast").string();

  const std::string said =
      outcome(shell("echo mine >/mnt/disk/fast/file && echo more >/tmp/fast/file2 && echo done"),
              {.links = {{"/mnt/disk/fast", there}, {"/tmp/fast", there}}});

  EXPECT_EQ(said, "done\n");
  EXPECT_EQ(read_file(own_ / "fast/file").value(), "mine\n");
  EXPECT_EQ(read_file(own_ / "fast/file2").value(), "more\n");
}

TEST_F(Confined, HasNoLinkWhereSomethingElseIs) {
  const std::string own = own_.string();
  for (const std::string& at :
       {std::string("/"), std::string("/usr"), std::string("/usr/share/fast"),
        std::string("/etc/passwd"), std::string("/var"), std::string("/var/run/fast"),
        std::string("/tmp"), std::string("/copy/fast"), std::string("fast"),
        std::string("/mnt/../usr"), std::string("/mnt/"), own, own + "/inside",
        own_.parent_path().string()}) {
    const auto refused = test::confinement()->confine(
        shell("true"), {.writable = {own_}, .links = {{at, own + "/fast"}}});
    ASSERT_FALSE(refused) << at;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument) << at;
  }
  EXPECT_FALSE(test::confinement()->confine(
      shell("true"), {.writable = {own_}, .links = {{"/mnt/a", own}, {"/mnt/a/b", own}}}));
}

TEST_F(Confined, ReachesNoPortOfTheHostUnlessItsWorkNeedsProduction) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const Command knock{
      .argv = {"bash", "-c",
               fmt::format("echo < /dev/tcp/127.0.0.1/{} && echo in", ntohs(address.sin_port))}};

  EXPECT_THAT(outcome(knock), HasSubstr("refused"));
  EXPECT_THAT(outcome(knock, {.network = ConfinedPlaces::Network::host}), HasSubstr("in\n"));
}

TEST_F(Confined, KeepsInputEnvironmentFolderAndExitStatus) {
  Command command = shell("cat; echo \"$GREETING\"; pwd; exit 7");
  command.input = "from us\n";
  command.env["GREETING"] = "two words " + marker_;
  command.working_directory = own_;
  const auto confined = test::confinement()->confine(command, {.writable = {own_}}).value();

  for (int time = 0; time < 2; ++time) {
    const auto output = run(confined);
    ASSERT_TRUE(output);
    EXPECT_EQ(output->out, "from us\ntwo words " + marker_ + "\n" + own_.string() + "\n");
    EXPECT_EQ(output->exit_status, 7);
  }
  for (const auto& argument : confined.argv) EXPECT_THAT(argument, Not(HasSubstr(marker_)));
}

TEST_F(Confined, LeavesNothingRunning) {
  outcome(shell(fmt::format("setsid sleep {0} & sleep {0} & true", marker_)));
  EXPECT_EQ(processes_with(marker_), 0);

  Command late = shell(fmt::format("setsid sleep {0} & sleep {0}", marker_));
  late.deadline = std::chrono::milliseconds(300);
  const auto timed_out = run(test::confinement()->confine(late, {.writable = {own_}}).value());
  ASSERT_FALSE(timed_out);
  EXPECT_EQ(timed_out.error().code, ErrorCode::timed_out);
  EXPECT_EQ(processes_with(marker_), 0);
}

TEST_F(Confined, RunsAsTheInstancesUserWithoutCapabilities) {
  const std::string said = outcome(shell("id -un; grep -E 'CapEff|NoNewPrivs' /proc/self/status"));

  if (geteuid() == 0) {
    EXPECT_THAT(said, testing::StartsWith(test::run_user()));
  }
  EXPECT_THAT(said, HasSubstr("CapEff:\t0000000000000000"));
  EXPECT_THAT(said, HasSubstr("NoNewPrivs:\t1"));
}

TEST_F(Confined, ReadsWhatOthersOwnOnlyWhereItMayReadEveryPlace) {
  if (geteuid() != 0) GTEST_SKIP() << "an ordinary user has nothing of others' to show";
  const auto owned = files_.path() / "roots";
  ASSERT_TRUE(write_file_durably(owned, "of the owner's\n", 0600));
  const Command read = shell("cat " + owned.string());

  EXPECT_THAT(outcome(read, {.readable = {owned}}), HasSubstr("Permission denied"));
  EXPECT_EQ(outcome(read, {.readable = {owned}, .reads = ConfinedPlaces::Reads::every_place}),
            "of the owner's\n");
}

TEST_F(Confined, FindsInFoldersOfOthersWhatItAsksForFirst) {
  if (geteuid() != 0) GTEST_SKIP() << "an ordinary user has nothing of others' to show";
  const auto owned = files_.path() / "roots";
  std::filesystem::create_directory(owned);
  ::chmod(owned.c_str(), 0700);
  ASSERT_TRUE(write_file_durably(owned / "file", "", 0600));
  const Command ask{.argv = {"perl", "-MPOSIX=access,F_OK", "-e",
                             "print access($ARGV[0], F_OK) ? 'there' : 'absent'", owned / "file"}};

  EXPECT_EQ(outcome(ask, {.readable = {owned}}), "absent");
  EXPECT_EQ(outcome(ask, {.readable = {owned}, .reads = ConfinedPlaces::Reads::every_place}),
            "there");
}

TEST_F(Confined, HasLimitsByTheMachinesSizeWhereNobodySaidSo) {
  const Limits usual = default_limits();
  const auto files = [] {
    rlimit ours{};
    ::getrlimit(RLIMIT_NOFILE, &ours);
    return ours.rlim_max;
  }();

  EXPECT_EQ(outcome(shell("ulimit -c; ulimit -n; ulimit -d; cat /proc/self/oom_score_adj")),
            fmt::format("0\n{}\n{}\n500\n", std::min(files, usual.open_files),
                        usual.memory_bytes / 1024));
  // A large restore is no program gone wrong.
  EXPECT_EQ(outcome({.argv = {"perl", "-e", "$x = 'a' x (300 << 20); print length $x"}}),
            std::to_string(300 << 20));
}

TEST_F(Confined, HasTheLimitsOfItsSource) {
  ConfinedPlaces places{.limits = {.memory_bytes = 64 << 20, .open_files = 100}};

  EXPECT_EQ(outcome(shell("ulimit -n; ulimit -d; df -k --output=size /tmp | tail -1 | tr -d ' '"),
                    places),
            "100\n65536\n65536\n");
  EXPECT_THAT(outcome({.argv = {"perl", "-e", "$x = 'a' x (300 << 20); print length $x"}}, places),
              Not(HasSubstr(std::to_string(300 << 20))));
}

TEST_F(Confined, MakesNoMoreProcessesThanItsUserMayHave) {
  if (geteuid() != 0) GTEST_SKIP() << "an ordinary user has no other users";
  // Each stays until all have been tried.
  const Command many{
      .argv = {"perl", "-e",
               "my @p; for (1..40) { my $p = fork; if (!defined $p) { print 'refused'; last } "
               "if (!$p) { sleep 60; exit } push @p, $p } kill 'KILL', @p; print ' done'"}};

  const auto run_as_own = [&](const RunLimits& limits) {
    const auto confined =
        test::confinement()->confine(many, {.user = 1'900'000'090, .limits = limits});
    EXPECT_TRUE(confined) << confined.error().describe();
    const auto output = run(confined.value());
    return output ? output->out + output->err : output.error().describe();
  };

  EXPECT_EQ(run_as_own({.processes = 20}), "refused done");
  EXPECT_EQ(run_as_own({}), " done");
}

TEST_F(Confined, SaysWhichProgramIsMissing) {
  const auto missing = test::confinement()->confine({.argv = {"no-such-program"}}, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("no-such-program"));
  EXPECT_EQ(test::confinement()->confine(shell("true"), {.writable = {"here"}}).error().code,
            ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace slip
