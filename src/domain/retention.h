// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <vector>

#include "base/time.h"
#include "domain/branch.h"

namespace slip {

// How long what nobody named is kept.
struct RetentionPolicy {
  // Automatic points: every one for this long, then the first of each hour, later of each day.
  Duration every_automatic = std::chrono::hours(1);
  Duration hourly_automatic = std::chrono::hours(24);
  Duration points = std::chrono::hours(24 * 30);  // points that nothing else keeps
  Duration trash = std::chrono::hours(24 * 7);    // deleted branches, containers and bookmarks
  Duration logs = std::chrono::hours(24);  // of databases: within it any second can be gone back to
};

// What keeps points besides their age.
struct Keepers {
  std::set<PointId> bookmarked;  // by a bookmark that keeps_data, or is in the trash for less long
  std::set<PointId> needed;      // current segments' parents and safety points, masters' newest
};

// The points whose data goes: old, or one of many automatic ones, and kept by nothing. Never a
// bookmarked or needed one. `points` are those older than `every_automatic`, oldest first.
std::vector<PointId> points_to_reap(const std::vector<Point>& points, const Keepers& keepers,
                                    const RetentionPolicy& policy, Timestamp now);

}  // namespace slip
