// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slip {

using Duration = std::chrono::milliseconds;

// A moment in UTC, in milliseconds since 1970. Leap seconds do not exist here, as in POSIX.
struct Timestamp {
  std::int64_t ms = 0;

  auto operator<=>(const Timestamp&) const = default;
  friend Timestamp operator+(Timestamp at, Duration d) { return {at.ms + d.count()}; }
  friend Timestamp operator-(Timestamp at, Duration d) { return {at.ms - d.count()}; }
  friend Duration operator-(Timestamp a, Timestamp b) { return Duration(a.ms - b.ms); }
};

// What the machine's clock says now.
Timestamp machine_time();

// "2026-11-22T14:03:07.250Z".
std::string to_rfc3339(Timestamp at);

// Reads RFC 3339 with any offset and 0 to 9 fraction digits; a space may stand for the T. Digits
// beyond milliseconds are cut off. Fails with `invalid_argument`, saying what was expected; also
// when the zone is missing, since guessing a zone would restore the wrong data.
Result<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace slip
