// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace slip::bench {

// Asks a database for its start time over and over, each time on a new connection, so that one can
// tell when another server began to answer at the same address, and for how long nobody did.
class Watcher {
 public:
  explicit Watcher(std::string address);
  ~Watcher();

  // When the first query was answered by a server other than the one before `since` (monotonic
  // milliseconds). Waits for it, at most half a minute; negative: never.
  double first_answer_of_another(double since);
  // The longest time between two answers since then: how long a user was kept waiting.
  double longest_gap(double since);

 private:
  struct Answer {
    double asked;
    double answered;
    std::string server;
  };
  void watch();

  std::string address_;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;
  std::vector<Answer> answers_;
  std::thread thread_;
};

}  // namespace slip::bench
