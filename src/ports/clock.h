// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace slip {

// Times for what is recorded and what is waited for, so that tests can set them. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Never before what it has given once, so that what is recorded later is never of an earlier
  // time.
  virtual Timestamp now() = 0;
  // What the machine's clock says, which people and time servers set, also back.
  virtual Timestamp wall() { return now(); }
  // The machine's clock was set back, and has not caught up yet.
  bool is_ahead() { return now() - wall() > std::chrono::seconds(1); }
};

}  // namespace slip
