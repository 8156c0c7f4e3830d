// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "operations/log_watcher.h"

namespace slip {

// Has the logs looked at around the beginning of every second, on a thread of its own: looks are
// worth the more the closer they come to it.
class LogRounds {
 public:
  explicit LogRounds(World& world) : world_(world), watcher_(world) {}
  ~LogRounds();  // stops

  void start();
  void stop();

 private:
  void work();
  // At most a second; the clock may be set back by hours. False: we are stopping.
  bool wait_until(std::chrono::system_clock::time_point moment);
  template <class Work>
  void do_guarded(std::string_view what, Work work);

  World& world_;
  LogWatcher watcher_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace slip
