// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "operations/secrets.h"
#include "operations/world.h"
#include "ports/host.h"

namespace slip {

// Runs one operation of this daemon's (operations/ownership) to its end, journaling every step
// before and after: forward while it can be taken back, and from its commit on in any case.
class Runner {
 public:
  explicit Runner(World& world) : world_(world), scrubber_(world.secrets) {}

  // Runs an operation that nobody has run yet. Returns when it has ended, or (an error) when it
  // could not be journaled and must be taken up. An operation that failed and was rolled back is a
  // success here: it has ended. Errors: `superseded`, where another daemon owns it; it is
  // left to that one as it is.
  Result<> run(const OperationId& operation);
  // The same for one that a crash, a stop or a failure of the catalog may have interrupted: rolls
  // back what had begun and was not committed, and runs everything else to its end.
  Result<> take_up(const OperationId& operation);

  // The running operation ends at its next chance, if it has not committed.
  void cancel(const OperationId& operation);
  // Every operation stops between two steps, as if by a crash, to be taken up again later.
  void interrupt() { interrupted_ = true; }

 private:
  // Journals the operation as it is, and tells pages to look at it. Errors: of put_as_owner.
  Result<> journal(const Operation& operation);
  // Nothing if it has ended. Errors: `superseded` (it is not ours).
  Result<std::optional<Operation>> unfinished(const OperationId& id);
  Result<> forward(Operation& operation);
  Result<> carry_out(Operation& operation, std::size_t index);
  // Has it done, by the host where it is not the catalog's or the routes', and writes down what
  // comes of it.
  Result<StepFindings> have_done(const Operation& operation, std::size_t index, OrderTalk& talk);
  Result<> have_taken_back(const Operation& operation, std::size_t index, OrderTalk& talk);
  Result<> commit(Operation& operation, std::size_t index);
  Result<> after_commit(Operation& operation, std::size_t index);
  // Where an operation goes on for nobody, to keep what it has left behind, it ends for whoever
  // asked, and another one has the rest; that is run before the call returns.
  Result<> hand_over(Operation& operation, std::size_t index);
  Result<> roll_back(Operation& operation, Error error, std::size_t failed_step);
  // What stopped it, or that something did.
  Error why_rolled_back(const OperationId& id);
  Result<> end(Operation& operation, OperationState state);
  // The operation as it ends, written within a transaction; dooms what it made and did not put to
  // use. Errors: of put_as_owner.
  static Result<Operation> record_end(CatalogUnit& catalog, Operation operation,
                                      OperationState state, Timestamp now);
  bool canceled(const OperationId& operation);

  World& world_;
  Scrubber scrubber_;
  std::atomic<bool> interrupted_ = false;
  std::mutex mutex_;
  // Guarded by mutex_:
  std::map<OperationId, bool> cancel_;
  std::map<OperationId, Error> failed_;  // whose failure could not be journaled
};

// Who does what nobody has asked for.
inline const Actor slipstream_itself{UserId("usr_slipstream"), "slipstream", SystemRole::admin};

// Notes that a step of an operation begins, the operation with its first one. Commits are not
// noted: they begin and end in one transaction.
void begin_step(Operation& operation, std::size_t index, Timestamp now);

// The event that tells pages to look at the operation again.
Event event_of(const Operation& operation, Timestamp now);

}  // namespace slip
