// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ports/runtime.h"

namespace slip {

// Instances as entries in memory. It outlives the engine that uses it, as real processes outlive
// the daemon: a test makes a new engine over the same FakeRuntime. Thread-safe.
class FakeRuntime : public Runtime {
 public:
  RuntimeInfo info() const override {
    return {Isolation::none,
            "a fake runs nothing",
            "fake",
            own_users_,
            {Kept::at_once, Kept::at_once, Kept::not_at_all}};
  }
  void on_end(std::function<void(const InstanceId&)> listener) override;
  Result<> start(const InstanceId& instance, const LaunchSpec& spec) override;
  Result<InstanceStatus> status(const InstanceId& instance) override;
  Result<> wait_exit(const InstanceId& instance, Duration patience) override;
  Result<> limit(const TogetherLimits& together) override;
  Result<> freeze(const InstanceId& instance) override;
  Result<> thaw(const InstanceId& instance) override;
  Result<> stop(const InstanceId& instance, Duration grace) override;
  Result<RunOutcome> run_once(const InstanceId& run, const OneRun& what) override;
  // There is nobody to connect to.
  Result<UniqueFd> begin_connect(const InstanceId& instance, std::uint16_t port) override;
  Result<std::vector<InstanceId>> list() override;
  Result<std::string> log(const InstanceId& instance, std::size_t bytes) override;
  std::int64_t await_output(const InstanceId& instance, std::int64_t seen,
                            Duration patience) override;
  Result<> forget_log(const InstanceId& instance) override;

  // From now on programs can run as users of their own.
  void give_own_users() { own_users_ = true; }

  // Every later start of this instance, or of any, fails so; until it is allowed again.
  void fail_start(const InstanceId& instance, Error error);
  void fail_every_start(Error error);
  void allow_starts();
  // Called before every start, outside the lock; an error it gives back becomes the start's.
  void on_start(std::function<Result<>(const InstanceId& instance)> hook);

  // Called when a running program is asked to end, outside the lock; not when it is killed.
  void on_ask_to_end(std::function<void(const InstanceId& instance)> hook) {
    on_ask_to_end_ = std::move(hook);
  }

  // How every later run of a program ends; nothing: it goes on until it is ended. Called outside
  // the lock. Unless told otherwise they succeed and say nothing.
  using HowARunEnds = std::function<std::optional<RunOutcome>(const InstanceId&, const OneRun&)>;
  void on_run(HowARunEnds how);

  // The instance's program ends by itself.
  void crash(const InstanceId& instance, int exit_status = 139);
  // As after a power cut: every instance has ended, and nobody knows how.
  void reboot();
  // The instance's program says something.
  void say(const InstanceId& instance, const std::string& text);

  // How often a program was really started (a start of a running instance is none).
  int starts() const;
  int starts(const InstanceId& instance) const;
  int freezes() const;
  bool running(const InstanceId& instance) const;  // frozen ones count
  // What it runs, or ran last; nothing if it is absent.
  std::optional<LaunchSpec> spec(const InstanceId& instance) const;
  std::vector<InstanceId> running_instances() const;
  // What that container's may use together, as was said last; nothing: never said.
  std::optional<RunLimits> together(std::uint32_t container) const;

 private:
  struct Entry {
    LaunchSpec spec;
    InstanceStatus status;
  };
  bool running_locked(const InstanceId& instance) const;
  void tell_end(const InstanceId& instance);  // mutex_ not held

  std::atomic<bool> own_users_ = false;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<InstanceId, Entry> entries_;
  std::map<InstanceId, std::string> logs_;
  std::map<InstanceId, Error> failing_;
  std::optional<Error> failing_all_;
  std::mutex on_end_mutex_;  // held while it is told: whoever takes it away waits for that
  std::function<void(const InstanceId&)> on_end_;
  std::function<Result<>(const InstanceId&)> on_start_;
  std::function<void(const InstanceId&)> on_ask_to_end_;
  HowARunEnds on_run_;
  std::map<InstanceId, int> starts_;
  std::map<std::uint32_t, RunLimits> together_;
  int freezes_ = 0;
};

}  // namespace slip
