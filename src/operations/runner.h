#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "operations/steps.h"

namespace slip {

// Runs one operation to its end, journaling every step before and after: forward while it can be
// taken back, and from its commit on in any case. What a crash interrupted is taken up again by
// running the operation once more.
class Runner {
 public:
  Runner(World& world, Instances& instances) : world_(world), steps_(world, instances) {}

  // Returns when the operation has ended, or (an error) when it could not be journaled and must be
  // run again. An operation that failed and was rolled back is a success here: it has ended.
  Result<> run(const OperationId& operation);

  // The running operation ends at its next chance, if it has not committed.
  void cancel(const OperationId& operation);
  // Every operation stops between two steps, as if by a crash, to be taken up again later.
  void interrupt() { interrupted_ = true; }

 private:
  // Journals the operation as it is, and tells pages to look at it.
  Result<> journal(const Operation& operation);
  Result<> forward(Operation& operation);
  Result<> carry_out(Operation& operation, std::size_t index);
  Result<> commit(Operation& operation, std::size_t index);
  Result<> after_commit(Operation& operation, std::size_t index);
  Result<> roll_back(Operation& operation, Error error, std::size_t failed_step);
  Result<> end(Operation& operation, OperationState state);
  // The end, written within a transaction; dooms what the operation made and did not put to use.
  static Result<> record_end(CatalogUnit& catalog, Operation& operation, OperationState state,
                             Timestamp now);
  bool canceled(const OperationId& operation);

  World& world_;
  Steps steps_;
  std::atomic<bool> interrupted_ = false;
  std::mutex mutex_;
  std::map<OperationId, bool> cancel_;  // guarded by mutex_
};

// The event that tells pages to look at the operation again.
Event event_of(const Operation& operation, Timestamp now);

}  // namespace slip
