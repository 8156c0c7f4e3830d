// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "base/time.h"

namespace slip {

// Why nothing is deleted for its age.
struct ClockDoubt {
  Timestamp expected;  // what the machine's clock should have said,
  Timestamp said;      // and what it did
  Duration left;       // of steady running, until it is believed
};

// Whether the machine's clock is to be believed enough to delete by it. It is not, once it is more
// than an hour away from where it should be: from the newest time that was recorded, at the start
// (a battery that is empty, a wrong time server), or from where it was a moment ago, while we run.
// It is again after an hour in which it has run steadily, or when an administrator says so.
// Not thread-safe.
class ClockWatch {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  static constexpr Duration far = std::chrono::hours(1);
  static constexpr Duration patience = std::chrono::hours(1);

  // `newest` is what was recorded last. `was_doubted`: it was not believed when we ended.
  void begin(Timestamp newest, bool was_doubted, Timestamp wall, Steady now);
  // To be called often. True if it is believed no more, or again, since the last call.
  bool look(Timestamp wall, Steady now);
  void believe() { doubt_.reset(); }

  // Nothing: it is believed.
  const std::optional<ClockDoubt>& doubt() const { return doubt_; }

 private:
  void expect(Timestamp expected, Timestamp wall, Steady now);

  std::optional<ClockDoubt> doubt_;
  Steady since_;  // it has run steadily
  Timestamp last_wall_;
  Steady last_;
};

}  // namespace slip
