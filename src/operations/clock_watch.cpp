// SPDX-License-Identifier: Apache-2.0
#include "operations/clock_watch.h"

#include <algorithm>

namespace slip {

void ClockWatch::begin(Timestamp newest, bool was_doubted, Timestamp wall, Steady now) {
  doubt_.reset();
  last_wall_ = wall;
  last_ = now;
  if (was_doubted) {
    since_ = now;
    doubt_ = ClockDoubt{.expected = newest, .said = wall, .left = patience};
  }
  // A new installation has recorded nothing.
  if (newest.ms > 0) expect(newest, wall, now);
}

void ClockWatch::expect(Timestamp expected, Timestamp wall, Steady now) {
  const Duration away = wall - expected;
  if (away <= far && away >= -far) return;
  since_ = now;
  doubt_ = ClockDoubt{.expected = expected, .said = wall, .left = patience};
}

bool ClockWatch::look(Timestamp wall, Steady now) {
  const bool before = doubt_.has_value();
  expect(last_wall_ + std::chrono::duration_cast<Duration>(now - last_), wall, now);
  last_wall_ = wall;
  last_ = now;
  if (doubt_) {
    const auto steadily = std::chrono::duration_cast<Duration>(now - since_);
    doubt_->left = std::max(Duration(0), patience - steadily);
    if (steadily >= patience) doubt_.reset();
  }
  return before != doubt_.has_value();
}

}  // namespace slip
