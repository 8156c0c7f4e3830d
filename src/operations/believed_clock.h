// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>

#include "operations/clock_watch.h"
#include "operations/world.h"

namespace slip {

// Whether the machine's clock is believed; what is old is deleted only then. Thread-safe.
class BelievedClock {
 public:
  explicit BelievedClock(World& world) : world_(world) {}

  // With what was recorded last, and doubted. To be called once, before all else.
  Result<> begin();
  // To be called every second or so.
  void look();
  // From now on.
  void believe();

  // As the clock is now, not as it was when it was last looked at. Not within a transaction.
  bool is_believed() { return !doubt().has_value(); }
  std::optional<ClockDoubt> doubt();

 private:
  std::optional<ClockDoubt> known_doubt();
  // Told, and kept over restarts: what is recorded meanwhile is of a doubtful time.
  void note();

  World& world_;
  std::mutex mutex_;
  ClockWatch watch_;  // guarded by mutex_
};

}  // namespace slip
