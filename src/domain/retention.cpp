// SPDX-License-Identifier: Apache-2.0
#include "domain/retention.h"

#include <tuple>

namespace slip {
namespace {

// The hour or day, by UTC, that keeps one automatic point of a branch.
using Place = std::tuple<BranchId, Duration, std::int64_t>;

Place place_of(const Point& point, Duration length) {
  return {point.branch, length, point.at.ms / length.count()};
}

}  // namespace

std::vector<PointId> points_to_reap(const std::vector<Point>& points, const Keepers& keepers,
                                    const RetentionPolicy& policy, Timestamp now) {
  std::vector<PointId> reaped;
  std::set<Place> taken;
  // True if it is the first of its hour (later of its day), or too young for that to matter.
  const auto has_place = [&](const Point& point) {
    const Duration age = now - point.at;
    if (point.kind != PointKind::automatic || age < policy.every_automatic) return true;
    const bool by_hour = age < policy.hourly_automatic;
    const Duration length = by_hour ? std::chrono::hours(1) : std::chrono::hours(24);
    return taken.insert(place_of(point, length)).second;
  };
  for (const auto& point : points) {
    if (!point.reachable()) continue;
    if (keepers.bookmarked.contains(point.id) || keepers.needed.contains(point.id)) continue;
    if (point.at + policy.points <= now || !has_place(point)) reaped.push_back(point.id);
  }
  return reaped;
}

}  // namespace slip
