#pragma once

#include "base/time.h"

namespace slip {

// The time of day, so that tests can set it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() = 0;
};

}  // namespace slip
