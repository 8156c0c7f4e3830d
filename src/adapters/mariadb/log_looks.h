// SPDX-License-Identifier: Apache-2.0
#pragma once

// Somebody who looks on as a server writes its log, as the daemon does, for tests.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "ports/adapter.h"

namespace slip::test {

class LogLooks {
 public:
  LogLooks(const Adapter& adapter, const InstanceContext& instance) {
    auto watch = adapter.log_replay()->watch_log(instance);
    if (!watch || *watch == nullptr) return;
    watch_ = *std::move(watch);
    thread_ = std::thread([this] { look(); });
  }
  ~LogLooks() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard guard(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  // True if nobody needs to look any more to know what was written before that second.
  bool have_been_at(Timestamp second) {
    const std::lock_guard guard(mutex_);
    return watch_ == nullptr || last_ >= second;
  }

 private:
  void look() {
    using std::chrono::system_clock;
    std::unique_lock lock(mutex_);
    for (;;) {
      const system_clock::time_point next =
          std::chrono::ceil<std::chrono::seconds>(system_clock::now());
      for (const auto moment : {next - Duration(2), next}) {
        if (changed_.wait_until(lock, moment, [&] { return ends_; })) return;
        if (watch_->look()) last_ = Timestamp{floor<Duration>(moment.time_since_epoch()).count()};
      }
      (void)watch_->ask().has_value();
    }
  }

  std::unique_ptr<LogWatch> watch_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  Timestamp last_;
  std::thread thread_;
};

}  // namespace slip::test
