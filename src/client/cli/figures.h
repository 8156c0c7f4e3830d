// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

// Times, durations and sizes as people read and write them. People see the zone of this machine
// (TZ); the API only ever sees UTC.

namespace slip::cli {

// "14:03:07" today, else "Wed 18 Nov 14:03:07", with the year when it is another one.
std::string moment(Timestamp at, Timestamp now);
// "Wed 18 Nov 14:03": for tables, without seconds when it is not today.
// To the millisecond, where it is no whole second.
std::string exact_moment(Timestamp at, Timestamp now);
std::string short_moment(Timestamp at, Timestamp now);
// "just now", "40 seconds ago", "3 hours ago", "4 days ago"; "in 2 days" for what is to come.
std::string ago(Timestamp at, Timestamp now);
// "0.23 s", "4.1 s", "2 min 5 s", "3 h 12 min".
std::string took(Duration duration);
// "812 B", "1.4 GiB".
std::string size(std::int64_t bytes);

// A time that somebody typed: RFC 3339 with its zone, or a while ago: "90s ago", "10 min ago",
// "2 hours ago". Errors: `invalid_argument`; for a time without a zone the hint writes it with this
// machine's, because guessing could restore the wrong data.
Result<Timestamp> read_time(std::string_view text, Timestamp now);
// As read_time, or from now on: "7d", "12 hours".
Result<Timestamp> read_expiry(std::string_view text, Timestamp now);

Timestamp now();

}  // namespace slip::cli
