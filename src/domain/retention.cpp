#include "domain/retention.h"

namespace slip {

std::vector<PointId> points_to_reap(const std::vector<Point>& points, const Keepers& keepers,
                                    const RetentionPolicy& policy, Timestamp now) {
  std::vector<PointId> reaped;
  for (const auto& point : points) {
    const bool kept = keepers.bookmarked.contains(point.id) || keepers.needed.contains(point.id) ||
                      point.at + policy.points > now;
    if (point.reachable() && !kept) reaped.push_back(point.id);
  }
  return reaped;
}

}  // namespace slip
