// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/cluster.h"
#include "base/result.h"
#include "base/time.h"

namespace slip::postgresql {

// What ALTER SYSTEM has set is in a file of its own, of which no log tells.
inline constexpr const char* kSystemSettings = "postgresql.auto.conf";

// Whose settings a copy that replays has.
enum class SettingsOf {
  moment,         // its own
  point,          // those of the point that it was made from, as they were not changed later
  point_perhaps,  // the same, but they were changed after that moment, and perhaps before it, too
};

// Gives a copy of a point, not started yet, the settings that were made by `until`, if `later`
// still has them: they were not changed in between. Idempotent.
Result<SettingsOf> take_settings(const Layout& copy, const Layout& later, Timestamp until,
                                 const RunUser& user);

// The server has ended by itself. True: it had settings that were taken; it has the point's again,
// with which it may start.
Result<bool> give_back_settings(const Layout& copy, const RunUser& user);

// What was taken stays.
Result<> keep_settings(const Layout& copy);

}  // namespace slip::postgresql
