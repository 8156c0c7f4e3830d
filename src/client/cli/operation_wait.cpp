// SPDX-License-Identifier: Apache-2.0
#include "client/cli/operation_wait.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "base/error_table.h"
#include "client/cli/figures.h"
#include "client/cli/text_width.h"

namespace slip::cli {
namespace {

// What Ctrl-C says. Prepared beforehand, because a signal handler may only write.
char farewell[512];
std::size_t farewell_size = 0;

void say_farewell_and_go(int) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, farewell, farewell_size);
  _exit(130);
}

// While it lives, Ctrl-C explains itself.
class InterruptNotice {
 public:
  explicit InterruptNotice(const std::string& operation) {
    const auto text = fmt::format(
        "\nThe operation goes on without you.\n"
        "  see how it goes   slip operations show {0}\n"
        "  cancel it         slip operations cancel {0}\n",
        operation);
    farewell_size = std::min(text.size(), sizeof farewell);
    std::memcpy(farewell, text.data(), farewell_size);
    struct sigaction act {};
    act.sa_handler = say_farewell_and_go;
    sigaction(SIGINT, &act, &before_);
  }
  ~InterruptNotice() { sigaction(SIGINT, &before_, nullptr); }
  InterruptNotice(const InterruptNotice&) = delete;
  InterruptNotice& operator=(const InterruptNotice&) = delete;

 private:
  struct sigaction before_ {};
};

class ProgressDisplay {
 public:
  enum class Kind { none, rewritten_line, line_a_step };
  explicit ProgressDisplay(Kind kind) : kind_(kind) {}
  ~ProgressDisplay() { clear(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void show(const json::value& operation) {
    if (kind_ == Kind::rewritten_line && !has_ended(operation)) rewrite(operation);
    if (kind_ == Kind::line_a_step) show_new_steps(operation);
  }
  void say(std::string_view text) {
    if (kind_ == Kind::none) return;
    clear();
    fmt::print(stderr, "{}\n", text);
  }
  void clear() {
    if (is_drawn_) fmt::print(stderr, "\r\x1b[K");
    is_drawn_ = false;
    std::fflush(stderr);
  }

 private:
  void rewrite(const json::value& operation) {
    const auto line =
        fmt::format("{}... {}", progress_words(operation), took(length_of(operation, now())));
    fmt::print(stderr, "\r{}\x1b[K", clip(line, 79));
    std::fflush(stderr);
    is_drawn_ = true;
  }
  void show_new_steps(const json::value& operation) {
    const auto& steps = list_in(operation, "steps");
    for (; shown_ < steps.size(); ++shown_) {
      const auto state = text_in(steps[shown_], "state");
      if (state == "pending") return;
      fmt::print(stderr, "  {}\n", printable(text_in(steps[shown_], "words")));
    }
  }

  Kind kind_;
  bool is_drawn_ = false;
  std::size_t shown_ = 0;
};

ProgressDisplay::Kind kind_for(const Session& session) {
  if (session.json()) return ProgressDisplay::Kind::none;
  return isatty(STDERR_FILENO) != 0 ? ProgressDisplay::Kind::rewritten_line
                                    : ProgressDisplay::Kind::line_a_step;
}

// How long a daemon may be away, for a restart, before waiting for it ends.
constexpr auto absence_max = std::chrono::seconds(60);
constexpr auto pause = std::chrono::milliseconds(100);

}  // namespace

bool has_ended(const json::value& operation) {
  const auto state = text_in(operation, "state");
  return state == "succeeded" || state == "failed" || state == "canceled";
}

Duration length_of(const json::value& operation, Timestamp now) {
  const auto began = time_in(operation, "created_at");
  const auto ended = time_in(operation, "ended_at");
  return began ? std::max(Duration(0), ended.value_or(now) - *began) : Duration(0);
}

std::string progress_words(const json::value& operation) {
  const auto state = text_in(operation, "state");
  if (state == "queued") return "Waiting for its turn";
  const auto& steps = list_in(operation, "steps");
  std::size_t at = 0;
  while (at < steps.size() && text_in(steps[at], "state") != "running") ++at;
  std::string words = state == "rolling_back" ? "Taking it back" : "Working";
  if (at < steps.size()) {
    words = fmt::format("{}{} ({} of {})", state == "rolling_back" ? "Taking it back: " : "",
                        printable(text_in(steps[at], "words")), at + 1, steps.size());
  }
  // Beginning a step, the daemon says the step's own words.
  const auto progress = printable(text_in(operation, "progress"));
  if (progress.empty() || words.find(progress) != std::string::npos) return words;
  return at < steps.size() ? words + ": " + progress : progress;
}

Result<> check_outcome(const json::value& operation) {
  const auto state = text_in(operation, "state");
  if (state != "failed" && state != "canceled") return {};
  Error error{.code = state == "failed" ? ErrorCode::failed : ErrorCode::canceled,
              .message = state == "failed" ? "it failed" : "it was canceled"};
  error.code = error_code_from_string(text_in(operation, "failure.code")).value_or(error.code);
  error.message = text_in(operation, "failure.message", error.message);
  error.hint = text_in(operation, "failure.hint");
  error.detail = text_in(operation, "failure.detail");
  error.context.push_back(text_in(operation, "words"));
  if (const auto step = text_in(operation, "failure.step"); !step.empty()) {
    error.context.push_back(step);
  }
  return error;
}

Result<json::value> follow_to_its_end(Session& session, json::value operation) {
  const auto id = text_in(operation, "id");
  const auto path = api_path({"operations", id});
  const InterruptNotice notice(id);
  ProgressDisplay display(kind_for(session));
  const bool is_rewritten = kind_for(session) == ProgressDisplay::Kind::rewritten_line;
  std::optional<std::chrono::steady_clock::time_point> away_since;
  while (!has_ended(operation)) {
    display.show(operation);
    auto seen = session.get(is_rewritten ? path : path + "?wait=2");
    if (seen) {
      away_since.reset();
      operation = *std::move(seen);
      if (is_rewritten && !has_ended(operation)) std::this_thread::sleep_for(pause);
      continue;
    }
    const bool is_away = seen.error().code == ErrorCode::unavailable;
    const auto time = std::chrono::steady_clock::now();
    if (!is_away || (away_since && time - *away_since > absence_max)) {
      return in_context("wait for operation " + id, std::move(seen));
    }
    if (!away_since) display.say("The daemon does not answer; waiting for it to come back.");
    if (!away_since) away_since = time;
    std::this_thread::sleep_for(pause);
  }
  display.show(operation);
  display.clear();
  TRY(check_outcome(operation));
  return operation;
}

}  // namespace slip::cli
