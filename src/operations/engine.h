// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "operations/automatic_points.h"
#include "operations/clock_watch.h"
#include "operations/guarded.h"
#include "operations/keeper.h"
#include "operations/log_watcher.h"
#include "operations/reaper.h"
#include "operations/runner.h"
#include "operations/scheduled_syncs.h"
#include "operations/secrets.h"
#include "operations/source_notes.h"
#include "operations/submit.h"

namespace slip {

// Everything that acts, with its threads: workers that run operations, some for those that take
// long and would keep others waiting, one for work in the background, and one for the keeper and
// the reaper. Thread-safe.
class Engine {
 public:
  explicit Engine(World world);
  ~Engine();  // stops

  // Opens endpoints, takes up what was interrupted, and begins to work.
  Result<> start();
  // Stops between two steps; operations that are not through are taken up by the next start.
  // Instances go on running.
  void stop();

  // Journals the operation and sees to it that it runs. Errors: see journal_request.
  template <class Request>
  Result<Operation> submit(const Actor& actor, const Request& request,
                           const IdempotencyKey& key = {}) {
    const auto begin_of = [this](OperationKind kind) { return begin(kind); };
    auto operation = journal_request(world_, actor, request, key, begin_of);
    // Nobody is told to wait for what nobody has asked for. Where no point is being taken, one may
    // have ended since it was in the way.
    for (int tries = 3; tries > 0 && !operation && operation.error().code == ErrorCode::busy;
         --tries) {
      if (!wait_for_automatic_points()) tries = 1;
      operation = journal_request(world_, actor, request, key, begin_of);
    }
    if (operation) enqueue(*operation, Task::run);
    return operation;
  }

  // Waits until it has ended, at most `patience`, and returns it as it is then.
  Result<Operation> wait(const OperationId& operation, Duration patience);

  // Possible until the switch. Errors: `precondition_failed` when it is too late.
  Result<> cancel(const Actor& actor, const OperationId& operation);

  // Stops every instance of every branch, in order, and what interrupted operations were preparing;
  // they start again with the next start. For shutting the machine or the installation down; the
  // engine must be stopped.
  Result<> stop_all_instances();

  // Nothing: the machine's clock is believed, and what is old is deleted.
  std::optional<ClockDoubt> clock_doubt();
  // Errors: `permission_denied` to all but administrators.
  Result<> believe_clock(const Actor& actor);

  // True while everything is stopped, since the disk behind the pool's file is all but full.
  bool stands_still() const { return stands_still_; }

  World& world() { return world_; }
  Instances& instances() { return instances_; }
  SourceNotes& notes() { return notes_; }

 private:
  enum class Task { run, take_up };
  struct Queued {
    OperationId operation;
    ContainerId container;
    Task task = Task::run;
    bool is_automatic = false;  // an automatic point
    std::chrono::steady_clock::time_point not_before = {};
  };
  struct Queue {
    std::deque<Queued> waiting;
    std::size_t idle = 0;  // workers with nothing to do
  };

  // An operation begins at once where a worker is free for it. (Two that are submitted in the same
  // moment may both count on the last one: then one of them is shown as running a little early.)
  Begin begin(OperationKind kind);
  Queue& queue_of(OperationKind kind);
  bool is_stopping();
  Result<> take_up_unfinished();
  Result<> begin_clock_watch();
  void watch_clock();
  bool believes_clock();
  void watch_host();
  void stand_still(const std::string& why);
  void go_on();
  // One that ends by an exception is tried again in its next round, and keeps no other from its
  // turn.
  template <class Chore>
  void do_chore(std::string_view what, Chore chore) {
    (void)guarded(world_.catalog, what, [&]() -> Result<> {
      chore();
      return {};
    });
  }
  void enqueue(const Operation& operation, Task task);
  void work(Queue& queue);
  void run_one(const Queued& next);
  void keep();
  void watch_logs();
  void retire_points();
  void purge_trash();
  void make_room();
  void keep_house();
  void take_automatic_points();
  template <class Request>
  void take_automatic_point(const Request& request, const std::string& of);
  void sync_on_schedule();
  void renew_logins();
  // Until one of those that are being taken has been. False: none is, or it takes too long.
  bool wait_for_automatic_points();
  void reap_when_quiet();
  bool is_quiet() const;  // mutex_ held
  void bake_new_bookmark(const OperationId& operation);

  World world_;
  Instances instances_;
  SourceNotes notes_{instances_};
  Runner runner_;
  Keeper keeper_;
  Reaper reaper_;
  AutomaticPoints automatic_points_;
  LogWatcher log_watcher_;
  ScheduledSyncs scheduled_syncs_;
  SecretSweep secret_sweep_;
  std::map<ContainerId, std::chrono::steady_clock::time_point> renewal_tried_;

  std::atomic<bool> stands_still_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  ClockWatch clock_watch_;
  bool stopping_ = false;
  std::set<OperationId> in_hand_;  // queued or being run
  std::size_t taking_points_ = 0;  // automatic ones, from before they are journaled to their end
  std::size_t points_taken_ = 0;   // or given up, ever
  std::size_t running_ = 0;
  std::chrono::steady_clock::time_point last_ended_ = {};
  // Since when there may be something to reap; nothing: there is not.
  std::optional<std::chrono::steady_clock::time_point> reap_since_ =
      std::chrono::steady_clock::time_point{};
  Queue queue_;
  Queue long_;
  Queue background_;
  std::vector<std::thread> threads_;
};

}  // namespace slip
