// SPDX-License-Identifier: Apache-2.0
// The program itself, as far as it goes without a daemon.
#include <gmock/gmock.h>

#include "base/file.h"
#include "base/subprocess.h"

namespace slip::cli {
namespace {

using testing::HasSubstr;

CommandOutput slip(std::vector<std::string> arguments,
                   std::map<std::string, std::string> environment = {}) {
  arguments.insert(arguments.begin(), SLIP_PROGRAM);
  static const TemporaryDirectory home;
  environment.emplace("HOME", home.path().string());
  auto output = run({.argv = std::move(arguments), .env = std::move(environment)});
  EXPECT_TRUE(output);
  return output ? *output : CommandOutput{.exit_status = -1, .out = {}, .err = {}};
}

TEST(Program, DocumentsItsExitCodesInItsHelp) {
  const auto output = slip({"--help"});
  EXPECT_EQ(output.exit_status, 0);
  EXPECT_THAT(output.out, HasSubstr("7   busy"));
  EXPECT_THAT(output.out, HasSubstr("restore"));
}

TEST(Program, RefusesWrongArgumentsAndSaysWhereToLook) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{}, "slip --help"},
      {{"frobnicate"}, "slip --help"},
      {{"branch"}, "slip branch --help"},
      {{"branch", "create", "dev"}, "slip branch create --help"},
      {{"bookmark", "create", "qa", "a", "b"}, "slip bookmark create --help"},
      {{"operations", "--limit", "none"}, "slip operations --help"},
      {{"container", "list", "--colour"}, "slip container list --help"},
  };
  for (const auto& [arguments, hint] : wrong) {
    const auto output = slip(arguments);
    EXPECT_EQ(output.exit_status, 2) << hint;
    EXPECT_THAT(output.err, HasSubstr(hint));
    EXPECT_EQ(output.out, "");
  }
}

TEST(Program, AsksForExactlyOnePlaceToGoBackTo) {
  const auto none = slip({"restore", "qa", "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(none.exit_status, 2);
  EXPECT_THAT(none.err, HasSubstr("say what to go back to"));
  const auto two = slip({"restore", "qa", "x", "--to", "1h ago", "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(two.exit_status, 2);
  EXPECT_THAT(two.err, HasSubstr("give only one"));
}

TEST(Program, SaysWhatToDoWhenThereIsNoDaemon) {
  const auto nowhere = slip({"container", "list"});
  EXPECT_EQ(nowhere.exit_status, 3);
  EXPECT_THAT(nowhere.err, HasSubstr("./start"));
  const auto silent = slip({"container", "list"}, {{"SLIP_SOCKET", "/nonexistent/slip.sock"}});
  EXPECT_EQ(silent.exit_status, 13);
  EXPECT_THAT(silent.err, HasSubstr("/nonexistent/slip.sock"));
  const TemporaryDirectory home;
  ASSERT_TRUE(make_directories(home.path() / ".config/slipstream"));
  ASSERT_TRUE(
      write_file_durably(home.path() / ".config/slipstream/installation", "/nonexistent\n"));
  const auto stopped = slip({"container", "list"}, {{"HOME", home.path().string()}});
  EXPECT_EQ(stopped.exit_status, 13);
  EXPECT_THAT(stopped.err, HasSubstr("./start"));
}

TEST(Program, PrintsErrorsAsJsonForPrograms) {
  const auto output =
      slip({"container", "list", "--json"}, {{"SLIP_SOCKET", "/nonexistent/slip.sock"}});
  EXPECT_THAT(output.err, testing::StartsWith(R"({"error":{"code":"unavailable")"));
}

TEST(Program, CompletesItsCommandsInEveryShell) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto output = slip({"completion", shell});
    EXPECT_EQ(output.exit_status, 0);
    EXPECT_THAT(output.out, HasSubstr("branch create"));
  }
  EXPECT_EQ(slip({"completion", "tcsh"}).exit_status, 2);
}

TEST(Program, CompletesInBash) {
  const auto script = slip({"completion", "bash"}).out;
  const auto complete = [&](const std::string& words, int current) {
    const auto output = run(
        {.argv = {"bash", "-c",
                  script + "\nCOMP_WORDS=(" + words + "); COMP_CWORD=" + std::to_string(current) +
                      "; _slip; echo \"${COMPREPLY[*]}\""}});
    return output ? output->out + output->err : "no bash";
  };
  EXPECT_EQ(complete("slip bra", 1), "branch\n");
  EXPECT_EQ(complete("slip branch act", 2), "activate\n");
  EXPECT_EQ(complete("slip branch create dev x --fr", 5), "--from --from-branch --from-template\n");
}

}  // namespace
}  // namespace slip::cli
