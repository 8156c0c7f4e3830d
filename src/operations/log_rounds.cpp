// SPDX-License-Identifier: Apache-2.0
#include "operations/log_rounds.h"

#include "base/log.h"
#include "operations/guarded.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

using WallClock = std::chrono::system_clock;

constexpr auto kLookBefore = 2ms;  // the second

}  // namespace

LogRounds::~LogRounds() {
  stop();
}

void LogRounds::start() {
  thread_ = std::thread([this] { work(); });
}

void LogRounds::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

template <class Work>
void LogRounds::do_guarded(std::string_view what, Work work) {
  (void)guarded(world_.catalog, what, [&]() -> Result<> {
    work();
    return {};
  });
}

void LogRounds::work() {
  for (;;) {
    do_guarded("look for logs to watch", [&] {
      const auto found = watcher_.refresh();
      if (!found) spdlog::error("look for logs to watch: {}", found.error().describe());
    });
    const WallClock::time_point next = std::chrono::ceil<std::chrono::seconds>(WallClock::now());
    for (const auto moment : {next - kLookBefore, next}) {
      if (!wait_until(moment)) return;
      do_guarded("look at logs", [&] { watcher_.look(); });
    }
    do_guarded("ask about logs", [&] { watcher_.ask(); });
  }
}

bool LogRounds::wait_until(WallClock::time_point moment) {
  std::unique_lock lock(mutex_);
  for (auto left = moment - WallClock::now(); left > 0s && left <= 1s && !stopping_;
       left = moment - WallClock::now()) {
    stopped_.wait_for(lock, left);
  }
  return !stopping_;
}

}  // namespace slip
