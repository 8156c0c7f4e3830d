// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <optional>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "domain/source.h"

namespace slip {

// This long after the last time.
struct EveryInterval {
  Duration interval{};
};
// On these days of the week at that time of day, by this machine's clock and zone.
struct OnDays {
  std::bitset<7> days;     // from Sunday
  Duration time_of_day{};  // since midnight
};
// When something is done automatically.
using Schedule = std::variant<EveryInterval, OnDays>;

// "every 15min", "every 6h", "daily 02:30", "weekdays 02:30", "sun,wed 02:30". At least a minute.
// Fails with `invalid_argument`, saying what is understood.
Result<Schedule> parse_schedule(std::string_view text);

// The first time after `last`. A time of day that a change to summer time skips is that much later.
Timestamp next_time(const Schedule& schedule, Timestamp last);

// When a source is synced automatically after `last`; nothing: never.
std::optional<Timestamp> next_sync_after(const Source& source, Timestamp last);
// The same after it was synced last, or linked.
std::optional<Timestamp> next_sync(const Source& source);

}  // namespace slip
