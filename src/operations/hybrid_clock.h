// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <mutex>

#include "ports/catalog.h"
#include "ports/clock.h"

namespace slip {

// The machine's clock, but never back. Where that was set back, time goes on at half its pace until
// the machine's clock has caught up: what is recorded stays in order, and what waits still ends.
// Thread-safe.
class HybridClock final : public Clock {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  // Begins at `newest` if `wall` is before that, and never tells an earlier time. `steady` is for
  // tests; both must outlive the clock.
  HybridClock(std::function<Timestamp()> wall, Timestamp newest,
              std::function<Steady()> steady = &std::chrono::steady_clock::now);

  Timestamp now() override;
  Timestamp wall() override { return wall_(); }

 private:
  const std::function<Timestamp()> wall_;
  const std::function<Steady()> steady_;
  std::mutex mutex_;
  // Guarded by mutex_:
  Timestamp last_;
  Timestamp anchor_;  // when the machine's clock was behind first,
  Steady anchored_;   // and when that was
};

// The newest time that the catalog has recorded; 0 if there is none.
Result<Timestamp> newest_recorded(CatalogUnit& catalog);

}  // namespace slip
