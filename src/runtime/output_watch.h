// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "runtime/instance_store.h"

namespace slip {

// Keeps what programs say from filling the host's file system: looks at the logs of all instances
// several times a second and cuts those that have grown long, in a thread of its own. Whoever
// writes faster than that can keep up with is told of.
class OutputWatch {
 public:
  // Called from the watch's thread.
  using TooFast = std::function<void(const InstanceId&, std::int64_t grown)>;

  OutputWatch(const InstanceStore& store, TooFast too_fast);
  ~OutputWatch();

  static constexpr std::chrono::milliseconds interval{250};
  // By how much a log may grow between two looks.
  static constexpr std::int64_t growth_max = 256 << 20;

 private:
  void run();
  void look(const TooFast& too_fast);
  void complain(const InstanceId& id, const std::string& why);

  const InstanceStore& store_;
  TooFast too_fast_;
  std::map<InstanceId, std::int64_t> left_;       // of the log, by the look before
  std::map<InstanceId, std::string> complaints_;  // as they were last logged
  std::mutex mutex_;
  std::condition_variable woken_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace slip
