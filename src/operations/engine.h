// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <stop_token>

#include "operations/believed_clock.h"
#include "operations/chores.h"
#include "operations/host_watch.h"
#include "operations/housework.h"
#include "operations/intake.h"
#include "operations/keeper.h"
#include "operations/lanes.h"
#include "operations/log_rounds.h"
#include "operations/ownership.h"
#include "operations/runner.h"
#include "operations/source_notes.h"

namespace slip {

// Everything that acts, with its threads: lanes of operations, chores, and the keeper of what is to
// run. Thread-safe.
class Engine {
 public:
  explicit Engine(World world);
  ~Engine();  // stops

  // Opens endpoints, takes up what was interrupted, and begins to work. From then on it renews its
  // lease, and takes over what other daemons have left.
  Result<> start();
  // Stops between two steps; operations that are not through are taken up by the next start.
  // Instances go on running.
  void stop();

  // Journals the operation and sees to it that it runs. Errors: see journal_request.
  template <class Request>
  Result<Operation> submit(const Actor& actor, const Request& request,
                           const IdempotencyKey& key = {}) {
    return intake_.submit(actor, request, key);
  }

  // Waits until it has ended, at most `patience`, and returns it as it is then.
  Result<Operation> wait(const OperationId& operation, Duration patience);

  // Whoever waits for an operation is answered with how it is now, and nobody waits from then on.
  // For a server that is to end before the engine does.
  void let_go_of_waiters() { stopping_.request_stop(); }

  // Possible until the switch. Errors: `precondition_failed` when it is too late.
  Result<> cancel(const Actor& actor, const OperationId& operation);

  // Stops every instance of every branch, in order, and what interrupted operations were preparing;
  // they start again with the next start. For shutting the machine or the installation down; the
  // engine must be stopped.
  Result<> stop_all_instances();

  // Nothing: the machine's clock is believed, and what is old is deleted.
  std::optional<ClockDoubt> clock_doubt() { return clock_.doubt(); }
  // Errors: `permission_denied` to all but administrators.
  Result<> believe_clock(const Actor& actor);

  // True while everything is stopped, since the disk behind the pool's file is all but full.
  bool stands_still() const { return host_watch_.stands_still(); }

  World& world() { return world_; }
  SourceNotes& notes() { return notes_; }

 private:
  Result<> take_up_unfinished();
  void look_after_ownership();
  void bake_new_bookmark(const OperationId& operation);

  World world_;
  SourceNotes notes_;
  BelievedClock clock_;
  std::stop_source stopping_;
  Runner runner_;
  Lanes lanes_;
  Intake intake_;
  Ownership ownership_;
  HostWatch host_watch_;
  Housework housework_;
  // Last, as their threads use the rest.
  Keeper keeper_;
  LogRounds log_rounds_;
  Chores house_chores_;
  Chores host_chores_;  // these by themselves, as nothing may keep them waiting
  Chores lease_chores_;
  bool runs_ = false;
};

}  // namespace slip
