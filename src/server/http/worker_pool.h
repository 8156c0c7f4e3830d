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
// Whose task it is. The first are always let in.
enum class Caller { of_the_machine, other };

struct WorkerPoolSize {
  std::size_t threads = 1;      // for every task
  std::size_t reserved = 1;     // more of them, for those of Caller::of_the_machine only
  std::size_t waiting_max = 1;  // of each of the two kinds
};

// Runs tasks on a fixed number of threads, of each kind in the order they came, those of the
// machine's first. The queues are bounded. Tasks must not throw. Thread-safe.
class WorkerPool {
 public:
  explicit WorkerPool(const WorkerPoolSize& size);
  ~WorkerPool() { stop(); }

  Submitted submit(Caller caller, std::function<void()> task);
  // Finishes what was accepted, then ends the threads. Later tasks are refused as `full`.
  void stop();

 private:
  using Queue = std::deque<std::function<void()>>;
  enum class Takes { of_the_machine, all };
  void work(Takes takes);
  // Null: there is nothing for a thread that takes these.
  Queue* queue_for(Takes takes);

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Queue of_the_machine_;
  Queue of_others_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slip::http
