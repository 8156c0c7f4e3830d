// SPDX-License-Identifier: Apache-2.0
#include "base/subprocess.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>

#include "base/file.h"
#include "base/filtered_pipe.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;

CommandOutput shell(std::string script, Command command = {}) {
  command.argv = {"sh", "-c", std::move(script)};
  auto output = run(command);
  EXPECT_OK(output);
  return output ? *output : CommandOutput{.exit_status = -1, .out = {}, .err = {}};
}

// A killed process whose parent has gone stays a zombie until the machine's init reaps it.
bool is_running(pid_t pid) {
  const auto status = read_file("/proc/" + std::to_string(pid) + "/stat");
  return status && status->find(") Z ") == std::string::npos;
}

bool soon(const std::function<bool()>& condition) {
  const auto deadline = SteadyClock::now() + seconds(10);
  while (SteadyClock::now() < deadline) {
    if (condition()) return true;
    ::usleep(2000);
  }
  return false;
}

TEST(Run, GivesBackBothStreamsAndTheExitStatus) {
  const CommandOutput output = shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(output.out, "out\n");
  EXPECT_EQ(output.err, "err\n");
  EXPECT_EQ(output.exit_status, 3);
}

TEST(Run, LeavesNoCoreFile) {
  EXPECT_EQ(run_ok({.argv = {"sh", "-c", "ulimit -c; ulimit -Hc"}}).value(), "0\n0\n");
}

TEST(Run, ShowsASignalAsAShellDoes) {
  EXPECT_EQ(shell("kill -TERM $$").exit_status, 128 + 15);
}

TEST(Run, PassesArgumentsAsTheyAre) {
  const auto out = run_ok({.argv = {"printf", "%s|", "a b", "$HOME", "`id`", ""}});
  ASSERT_OK(out);
  EXPECT_EQ(*out, "a b|$HOME|`id`||");
}

TEST(Run, InheritsNoEnvironmentButAMinimalOne) {
  ::setenv("SECRET_OF_OURS", "x", 1);
  const CommandOutput output = shell("env", {.argv = {}, .env = {{"ADDED", "yes"}}});
  ::unsetenv("SECRET_OF_OURS");
  EXPECT_EQ(output.out.find("SECRET_OF_OURS"), std::string::npos);
  EXPECT_NE(output.out.find("ADDED=yes"), std::string::npos);
  EXPECT_NE(output.out.find("LANG=C.UTF-8"), std::string::npos);
}

TEST(Run, InheritsNoFileDescriptor) {
  const int leaky = ::dup(0);
  const CommandOutput output = shell("ls /proc/$$/fd");
  ::close(leaky);
  EXPECT_EQ(output.out, "0\n1\n2\n");
}

TEST(Run, FeedsInputWhichTheProgramNeedNotRead) {
  const std::string large(1 << 20, 'x');
  EXPECT_EQ(shell("wc -c", {.argv = {}, .input = large}).out, "1048576\n");
  EXPECT_EQ(shell("true", {.argv = {}, .input = large}).exit_status, 0);
  EXPECT_EQ(shell("cat").out, "");

  const TemporaryDirectory here;
  ASSERT_OK(write_file_durably(here.path() / "input", "from a file"));
  EXPECT_EQ(shell("cat", {.argv = {}, .input_file = here.path() / "input"}).out, "from a file");
}

TEST(Run, KeepsTheEndOfLongOutput) {
  const CommandOutput output = shell("seq 1 200000", {.argv = {}, .output_max = 14});
  EXPECT_EQ(output.out, "199999\n200000\n");
}

TEST(Run, SaysWhenThereIsNoSuchProgramOrDirectory) {
  EXPECT_ERROR(run({.argv = {"no-such-program-anywhere"}}), not_found);
  EXPECT_ERROR(run({.argv = {"/no/such/program"}}), not_found);
  EXPECT_ERROR(run({.argv = {"true"}, .working_directory = "/no/such/directory"}), not_found);
  EXPECT_ERROR(run({.argv = {}}), invalid_argument);
}

TEST(Run, KillsTheWholeGroupAtTheDeadline) {
  const TemporaryDirectory here;
  Command command{.argv = {"sh", "-c", "sleep 1000 & echo $! > child; wait"}};
  command.working_directory = here.path();
  command.deadline = milliseconds(300);
  const auto begin = SteadyClock::now();

  EXPECT_ERROR(run(command), timed_out);

  EXPECT_LT(SteadyClock::now() - begin, seconds(5));
  const pid_t child = std::stoi(*read_file(here.path() / "child"));
  EXPECT_FALSE(is_running(child));
}

TEST(Run, EndsWhatTheProgramLeftBehindInsteadOfWaitingForIt) {
  const auto begin = SteadyClock::now();
  const CommandOutput output = shell("for i in $(seq 50); do sleep 1000 & echo $!; done");
  EXPECT_LT(SteadyClock::now() - begin, seconds(5));
  std::istringstream children(output.out);
  int count = 0;
  for (pid_t child = 0; children >> child; ++count) EXPECT_FALSE(is_running(child));
  EXPECT_EQ(count, 50);
}

TEST(Run, ShowsTheWatcherNewErrorsAndStopsWhenItSays) {
  std::string seen;
  Command command{.argv = {"sh", "-c", "echo one >&2; echo two >&2; exec sleep 1000"}};
  command.watch = [&](std::string_view fresh) {
    seen += fresh;
    return seen != "one\ntwo\n";
  };
  EXPECT_ERROR(run(command), canceled);
  EXPECT_EQ(seen, "one\ntwo\n");
}

TEST(Run, AsksTheWatcherOftenAlsoWhenNothingIsSaid) {
  int asked = 0;
  Command command{.argv = {"sleep", "1000"}};
  command.watch = [&](std::string_view) { return ++asked < 4; };
  const auto begin = SteadyClock::now();
  EXPECT_ERROR(run(command), canceled);
  EXPECT_LT(SteadyClock::now() - begin, milliseconds(2000));
}

TEST(Run, BecomesAnotherUserWithItsGroupsAndHome) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const CommandOutput output =
      shell("id -un; id -Gn; echo $HOME", {.argv = {}, .run_as = "daemon"});
  EXPECT_EQ(output.out, "daemon\ndaemon\n/usr/sbin\n");
  EXPECT_ERROR(run({.argv = {"true"}, .run_as = "no such user"}), not_found);
}

TEST(Run, DiesWithTheProcessThatStartedIt) {
  const TemporaryDirectory here;
  const pid_t starter = ::fork();
  if (starter == 0) {
    Command command{.argv = {"sh", "-c", "echo $$ > new; mv new pid; exec sleep 1000"}};
    command.working_directory = here.path();
    (void)run(command);
    ::_exit(0);
  }
  ASSERT_TRUE(soon([&] { return std::filesystem::exists(here.path() / "pid"); }));
  const pid_t child = std::stoi(*read_file(here.path() / "pid"));

  ::kill(starter, SIGKILL);

  EXPECT_TRUE(soon([&] { return !is_running(child); }));
}

TEST(RunOk, TurnsAnExitStatusIntoAnErrorWithTheProgramsWords) {
  const auto failed = run_ok({.argv = {"sh", "-c", "echo why >&2; exit 4"}});
  ASSERT_ERROR(failed, failed);
  EXPECT_EQ(failed.error().message, "sh ended with exit status 4");
  EXPECT_EQ(failed.error().detail, "why\n");
}

Command script(std::string text) {
  return Command{.argv = {"sh", "-c", std::move(text)}, .deadline = seconds(20)};
}

TEST(RunPiped, LeadsWhatOneProgramSaysIntoTheOther) {
  const auto output = run_piped(script("seq 100000; exit 3"), script("tail -n 1; echo end >&2"));
  ASSERT_OK(output);
  EXPECT_EQ(output->from.exit_status, 3);
  EXPECT_EQ(output->to.out, "100000\n");
  EXPECT_EQ(output->to.err, "end\n");
}

TEST(RunFiltered, LeadsOnWhatTheFilterMakesOfIt) {
  const auto output = run_filtered(
      script("seq 100000; exit 3"),
      [](std::string_view piece) -> Result<std::string> {
        return piece.empty() ? "the end\n" : std::string(piece);
      },
      script("tail -n 2"));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->from.exit_status, 3);
  EXPECT_EQ(output->to.out, "100000\nthe end\n");
}

TEST(RunFiltered, EndsBothWhereTheFilterSaysNoOrTheReaderHasGone) {
  const auto refused = run_filtered(
      script("exec yes"),
      [](std::string_view) -> Result<std::string> { return Error{.message = "no more"}; },
      script("cat >/dev/null"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "no more");
  const auto gone = run_filtered(
      script("exec yes"),
      [](std::string_view piece) -> Result<std::string> { return std::string(piece); },
      script("head -n 1; exit 4"));
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->to.exit_status, 4);
}

TEST(RunPiped, EndsAWriterWhoseReaderHasGone) {
  const auto output = run_piped(script("exec yes"), script("head -n 1; exit 4"));
  ASSERT_OK(output);
  EXPECT_EQ(output->to.exit_status, 4);
  EXPECT_EQ(output->from.exit_status, 128 + SIGPIPE);
}

TEST(RunPiped, EndsBothWhenOneIsStopped) {
  Command reader = script("cat >/dev/null");
  reader.watch = [](std::string_view) { return false; };
  const auto output = run_piped(script("exec yes"), reader);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::canceled);
}

}  // namespace
}  // namespace slip
