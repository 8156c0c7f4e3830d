// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/mapped_mount.h"
#include "base/result.h"

namespace slip {

// A program to run to its end: an argument vector, never a shell string.
struct Command {
  std::vector<std::string> argv;  // argv[0]: a path, or a name looked up in PATH
  std::map<std::string, std::string> env =
      {};  // added to a minimal environment (PATH, HOME, LANG=C.UTF-8, TZ=UTC)
  std::filesystem::path working_directory = "/";
  std::string input = {};                                // to its standard input; then end of file
  std::optional<std::filesystem::path> input_file = {};  // standard input from a file instead
  std::optional<std::string> run_as = {};                // user to become when we are root
  std::chrono::milliseconds deadline = std::chrono::minutes(1);
  std::size_t output_max = 1 << 20;  // bytes kept of each stream, its end
  // Called at least 4 times a second while it runs, with the standard error that is new; false
  // ends the program, and the result is `canceled`.
  std::function<bool(std::string_view new_stderr)> watch = {};
  // Passed on to the program, each at its own number and from its beginning.
  std::vector<std::shared_ptr<const UniqueFd>> inherited = {};
  std::vector<MappedTree> trees = {};  // that it sees so; only when we are root
};

// The command with argv[0] as a path and with the whole environment that its program would get.
// Errors: `invalid_argument` (no program given), `not_found` (no such program or user).
Result<Command> completed(Command command);

struct CommandOutput {
  int exit_status = 0;  // as a shell shows it: code, or 128 + signal
  std::string out;
  std::string err;
};

// Runs it and waits (by pidfd). The program gets a session and a process group of its own, which is
// killed at the deadline, when watch says so, and with what is left of it when the program ends;
// once this returns the whole group is gone. The program inherits no file descriptor but 0, 1, 2
// and those named, and dies with us. Any exit status is a success here: see `run_ok`. Errors:
// `not_found` (no such program), `timed_out`, `canceled`, `internal`.
Result<CommandOutput> run(const Command& command);

// As `run`, but an exit status other than 0 is `failed`, with the program's words in `detail`.
Result<std::string> run_ok(const Command& command);

// Runs two programs at once, what `from` says on its standard output being the standard input of
// `to`; both follow the rules of `run`. Which of them failed, if one did, the exit statuses say.
// Errors: those of `run`; both programs have ended.
struct PipedOutput {
  CommandOutput from;  // without `out`
  CommandOutput to;
};
Result<PipedOutput> run_piped(const Command& from, const Command& to);

}  // namespace slip
