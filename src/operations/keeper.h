// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

#include "operations/world.h"

namespace slip {

// Computes from the catalog what is wanted to run, and has it kept so (Keeping): after a start of
// the daemon or the machine, and when a database or an application has ended by itself. Active
// branches come first, then sources that follow production, then branches beside. What an operation
// is changing is left to it.
class Keeper {
 public:
  explicit Keeper(World& world);
  ~Keeper();  // ends

  // Opens every container's endpoints. Call once, before anything else uses them.
  // A port that another program has taken is logged, and tried again with every round, as all that
  // World::closed_endpoints knows of.
  Result<> open_endpoints();

  // From now on, in threads of its own: with every commit, and when something ends, a round.
  // Nothing is begun while `may_act` says no.
  void begin(std::function<bool()> may_act);
  // When it returns nothing is being started or stopped any more.
  void end();
  // All of it is tried again at once, since somebody had stopped what was kept.
  void try_all_now() { keeping_->try_all_now(); }

  // One round in the caller's thread.
  Result<> reconcile();

 private:
  KeepingRules rules();
  Result<std::vector<Wanted>> wanted() const;
  Result<> decide();
  void decide_all_the_time(const std::stop_token& stop);
  // Until there are events that the last round did not know; returns the last one.
  std::int64_t wait_for_the_next_round(const std::stop_token& stop, std::int64_t known,
                                       Duration longest);
  void pause(const std::stop_token& stop, Duration pause);
  void open_closed();

  bool is_wanted_now(const Wanted& wanted);
  Result<> start(const Wanted& wanted, const KeepGoing& keep_going);
  Result<> start_branch(const Branch& branch, const KeepGoing& keep_going);
  bool has_room(const Wanted& wanted);

  World& world_;
  std::function<bool()> may_act_ = [] { return true; };
  std::mutex mutex_;
  std::set<VolumeId> waiting_;  // for room; guarded by mutex_
  std::condition_variable_any pauses_;
  std::jthread thread_;
  std::unique_ptr<Keeping> keeping_;  // last: its threads use the rest
};

}  // namespace slip
