// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "operations/runner.h"
#include "operations/submit.h"
#include "operations/world.h"

namespace slip {

// Workers that run operations, in three lanes: most, those that take long and would keep others
// waiting, and those in the background. Thread-safe.
class Lanes {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  // By the worker, after an operation has been run.
  using OnRun = std::function<void(const OperationId&)>;

  Lanes(World& world, Runner& runner, OnRun on_run);
  ~Lanes();  // stops

  void start();
  // No worker begins another step.
  void stop_soon();
  // Returns once every worker has ended its step. What is waiting is left.
  void stop();

  // An operation begins at once where a worker is free for it. (Two that are submitted in the same
  // moment may both count on the last one: then one of them is shown as running a little early.)
  Begin begin_of(OperationKind kind);

  enum class Task { run, take_up };
  // What has ended, or is another daemon's, is not run; what is in hand already is not run beside
  // itself. But what is to be taken up is, once that has been let go of: another daemon may have
  // had it meanwhile.
  void add(const Operation& operation, Task task);

  // How often an operation has ended here.
  std::uint64_t ends();

  // Since when nothing runs; nothing: something does.
  std::optional<Steady> quiet_since();

 private:
  struct Queued {
    OperationId operation;
    ContainerId container;
    Task task = Task::run;
    Steady not_before = {};
  };
  struct Lane {
    std::deque<Queued> waiting;
    std::size_t idle = 0;  // workers with nothing to do
  };

  Lane& lane_of(OperationKind kind);
  void wait_for_quiet(Queued& added);  // mutex_ held
  void work(Lane& lane);
  // The next whose time has come; nothing: we are stopping.
  std::optional<Queued> take_next(Lane& lane, std::unique_lock<std::mutex>& lock);
  void run_one(const Queued& next);

  World& world_;
  Runner& runner_;
  OnRun on_run_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::set<OperationId> in_hand_;                // waiting or being run
  std::map<OperationId, Operation> taken_back_;  // in hand, to be taken up after that
  std::uint64_t ends_ = 0;
  std::size_t running_ = 0;
  Steady last_ended_ = {};
  Lane usual_;
  Lane long_;
  Lane background_;
  std::vector<std::thread> workers_;
};

}  // namespace slip
