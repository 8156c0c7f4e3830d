// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/file.h"
#include "runtime/supervisor.h"

namespace slip {
namespace {

constexpr Duration look_interval{100};

// Whether only the program's sandbox shows it what came as text, or its user sees the host.
enum class Shown { in_a_sandbox, on_the_host };

// A program that came as text, as a file that nobody else can read: in a sandbox by its folder,
// that only we can enter.
Result<std::filesystem::path> lay_down(const TemporaryDirectory& place, const OneRun& what,
                                       Shown shown, const std::optional<UserIds>& user) {
  const std::filesystem::path name = what.spec.argv.empty() ? "" : what.spec.argv.front();
  const auto file = place.path() / (name.has_filename() ? name.filename() : "program");
  if (shown == Shown::in_a_sandbox) {
    TRY(write_file_durably(file, what.program, 0555));
    return file;
  }
  if (chmod(place.path().c_str(), 0711) != 0) {
    return error_from_errno(errno, "open up " + place.path().string());
  }
  TRY(write_file_durably(file, what.program, 0500));
  if (user && chown(file.c_str(), user->uid, user->gid) != 0) {
    return error_from_errno(errno, "give " + file.string() + " away");
  }
  return file;
}

}  // namespace

Result<int> SupervisorRuntime::follow(const InstanceId& run, const OneRun& what) {
  const auto until = std::chrono::steady_clock::now() + what.time_limit;
  for (;;) {
    const auto left = std::chrono::ceil<Duration>(until - std::chrono::steady_clock::now());
    const auto ended = wait_exit(run, std::clamp(left, Duration(0), look_interval));
    if (ended) break;
    if (ended.error().code != ErrorCode::timed_out) return ended.error();
    if (what.keep_going && !what.keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "the program was ended"};
    }
    if (left <= Duration(0)) {
      return Error{.code = ErrorCode::timed_out,
                   .message = "it did not end within " +
                              std::to_string(what.time_limit.count() / 1000) + " s"};
    }
  }
  const auto status = TRY(this->status(run)).exit_status;
  if (!status) {
    return Error{.code = ErrorCode::unavailable, .message = "nobody saw how the program ended"};
  }
  return *status;
}

Result<RunOutcome> SupervisorRuntime::run_once(const InstanceId& run, const OneRun& what) {
  TRY(stop(run, Duration(0)));
  TRY(forget_log(run));
  const TemporaryDirectory place;
  LaunchSpec spec = what.spec;
  if (!what.program.empty()) {
    const auto file =
        TRY(lay_down(place, what, sandbox_ ? Shown::in_a_sandbox : Shown::on_the_host, user_));
    if (spec.argv.empty()) spec.argv.emplace_back();
    spec.argv.front() = file.string();
    spec.readable.push_back(file);
  }
  Result<int> ended = 0;
  if (auto started = start(run, spec); started) {
    ended = follow(run, what);
  } else {
    ended = std::move(started).error();
  }
  TRY(stop(run, Duration(0)));
  std::string said = TRY(log(run, what.output_max));
  TRY(forget_log(run));
  if (ended) return RunOutcome{.exit_status = *ended, .output = std::move(said)};
  Error error = std::move(ended).error();
  error.detail = std::move(said);
  return error;
}

}  // namespace slip
