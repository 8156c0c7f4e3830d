// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace slip::http {

enum class Submitted { accepted, full };

// Runs tasks on a fixed number of threads, in the order they came. The queue is bounded. Tasks must
// not throw. Thread-safe.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t waiting_max);
  ~WorkerPool() { stop(); }

  Submitted submit(std::function<void()> task);
  // Finishes what was accepted, then ends the threads. Later tasks are refused as `full`.
  void stop();

 private:
  void work();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slip::http
