#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "operations/secrets.h"
#include "operations/steps.h"

namespace slip {

// Runs one operation to its end, journaling every step before and after: forward while it can be
// taken back, and from its commit on in any case.
class Runner {
 public:
  Runner(World& world, Instances& instances)
      : world_(world), steps_(world, instances), scrubber_(world.secrets) {}

  // Runs an operation that nobody has run yet. Returns when it has ended, or (an error) when it
  // could not be journaled and must be taken up. An operation that failed and was rolled back is a
  // success here: it has ended.
  Result<> run(const OperationId& operation);
  // The same for one that a crash, a stop or a failure of the catalog may have interrupted: rolls
  // back what had begun and was not committed, and runs everything else to its end.
  Result<> take_up(const OperationId& operation);

  // The running operation ends at its next chance, if it has not committed.
  void cancel(const OperationId& operation);
  // Every operation stops between two steps, as if by a crash, to be taken up again later.
  void interrupt() { interrupted_ = true; }

 private:
  // Journals the operation as it is, and tells pages to look at it.
  Result<> journal(const Operation& operation);
  // Nothing if it has ended.
  Result<std::optional<Operation>> unfinished(const OperationId& id);
  Result<> forward(Operation& operation);
  Result<> carry_out(Operation& operation, std::size_t index);
  Result<> commit(Operation& operation, std::size_t index);
  Result<> after_commit(Operation& operation, std::size_t index);
  Result<> roll_back(Operation& operation, Error error, std::size_t failed_step);
  // What stopped it, or that something did.
  Error why_rolled_back(const OperationId& id);
  Result<> end(Operation& operation, OperationState state);
  // The end, written within a transaction; dooms what the operation made and did not put to use.
  static Result<> record_end(CatalogUnit& catalog, Operation& operation, OperationState state,
                             Timestamp now);
  bool canceled(const OperationId& operation);

  World& world_;
  Steps steps_;
  Scrubber scrubber_;
  std::atomic<bool> interrupted_ = false;
  std::mutex mutex_;
  // Guarded by mutex_:
  std::map<OperationId, bool> cancel_;
  std::map<OperationId, Error> failed_;  // whose failure could not be journaled
};

// Notes that a step of an operation begins, the operation with its first one. Commits are not
// noted: they begin and end in one transaction.
void begin_step(Operation& operation, std::size_t index, Timestamp now);

// The event that tells pages to look at the operation again.
Event event_of(const Operation& operation, Timestamp now);

}  // namespace slip
