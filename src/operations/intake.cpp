// SPDX-License-Identifier: Apache-2.0
#include "operations/intake.h"

#include <algorithm>
#include <set>

namespace slip {
namespace {

struct PointsBeingTaken {
  std::set<OperationId> operations;
  std::int64_t last_event = 0;
};

Result<PointsBeingTaken> points_being_taken(Catalog& catalog) {
  return catalog.read([](CatalogUnit& unit) -> Result<PointsBeingTaken> {
    PointsBeingTaken points{.operations = {}, .last_event = TRY(unit.events().last())};
    for (const auto& one : TRY(unit.operations().unfinished())) {
      if (one.kind == OperationKind::automatic_point) points.operations.insert(one.id);
    }
    return points;
  });
}

}  // namespace

bool Intake::wait_for_an_automatic_point(Duration patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  auto points = points_being_taken(world_.catalog);
  if (!points || points->operations.empty()) return false;
  const auto at_first = points->operations;
  while (points && std::ranges::includes(points->operations, at_first)) {
    const auto left = std::chrono::ceil<Duration>(deadline - std::chrono::steady_clock::now());
    if (left <= Duration::zero() || stop_.stop_requested()) return false;
    const auto waited = world_.catalog.wait_events(points->last_event, left, stop_);
    if (!waited) return false;
    points = points_being_taken(world_.catalog);
  }
  return points.has_value();
}

}  // namespace slip
