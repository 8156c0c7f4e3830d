// SPDX-License-Identifier: Apache-2.0
#include "operations/hybrid_clock.h"

#include <algorithm>

namespace slip {

HybridClock::HybridClock(std::function<Timestamp()> wall, Timestamp newest,
                         std::function<Steady()> steady)
    : wall_(std::move(wall)),
      steady_(std::move(steady)),
      last_(newest),
      anchor_(newest),
      anchored_(steady_()) {}

Timestamp HybridClock::now() {
  const std::lock_guard guard(mutex_);
  const Timestamp wall = wall_();
  const Steady steady = steady_();
  const Timestamp slow = anchor_ + std::chrono::duration_cast<Duration>(steady - anchored_) / 2;
  if (wall >= slow) {
    anchor_ = std::max(wall, last_);
    anchored_ = steady;
    last_ = anchor_;
  } else {
    last_ = std::max(last_, slow);
  }
  return last_;
}

Result<Timestamp> newest_recorded(CatalogUnit& catalog) {
  Timestamp newest{0};
  const auto last = TRY(catalog.events().last());
  for (const auto& event : TRY(catalog.events().after(last - 1, 1))) {
    newest = std::max(newest, event.at);
  }
  OperationQuery latest;
  latest.limit = 20;
  latest.background = true;
  for (const auto& one : TRY(catalog.operations().query(latest))) {
    newest = std::max({newest, one.created_at, one.ended_at.value_or(one.created_at)});
  }
  return newest;
}

}  // namespace slip
