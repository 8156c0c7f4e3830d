// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "domain/retention.h"
#include "domain/source.h"

namespace slip {

// How to get a source's data as of a time: from the newest there is before it and, where
// that is of what follows production, by replaying the follower's log from there on.
struct PastData {
  SourcePoint base;
  // Whose log reaches that time, of the same follower; empty: the follower itself, as it is now.
  SnapshotId later = {};
  bool replays = false;  // to the very time; else it is the base's
};

// What the source's history leads to. With `log_kept`: its followers keep a log for this long.
// Nothing if there is no data from before then.
std::optional<PastData> past_data(const Source& source, Timestamp at,
                                  std::optional<Duration> log_kept, Timestamp now);

// From when on the follower's log leads to any time; nothing: to none. With what `past_data` takes.
std::optional<Timestamp> any_second_since(const Source& source, std::optional<Duration> log_kept,
                                          Timestamp now);

// Production's clock before this machine's around that time, as a follower's points know it:
// nothing if none does. A difference too small to be told from the network's delay is none.
std::optional<Duration> clock_ahead(const Source& source, const VolumeId& follower, Timestamp at);

// By the clock of who wrote the log that goes on from the base.
Timestamp by_production_clock(const Source& source, const SourcePoint& base, Timestamp at);

// The points of the history that go: older than logs are kept, or one of many (as of automatic
// points of branches); the newest one before that stays where it stands alone.
std::vector<SourcePoint> history_to_reap(const std::vector<SourcePoint>& history,
                                         const RetentionPolicy& policy, Timestamp now);

}  // namespace slip
