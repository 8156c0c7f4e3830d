// SPDX-License-Identifier: Apache-2.0
#include "operations/points_in_hand.h"

namespace slip {

void PointsInHand::begin() {
  const std::lock_guard lock(mutex_);
  ++in_hand_;
}

void PointsInHand::end() {
  {
    const std::lock_guard lock(mutex_);
    --in_hand_;
    ++ended_;
  }
  changed_.notify_all();
}

void PointsInHand::withdraw() {
  {
    const std::lock_guard lock(mutex_);
    --in_hand_;
  }
  changed_.notify_all();
}

bool PointsInHand::wait_for_one(Duration patience) {
  std::unique_lock lock(mutex_);
  if (in_hand_ == 0) return false;
  // Not until all have: one of a source that has much to catch up with takes long.
  const std::size_t before = ended_;
  return changed_.wait_for(lock, patience, [&] {
    return stopped_ || ended_ != before || in_hand_ == 0;
  }) && !stopped_;
}

void PointsInHand::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

}  // namespace slip
