// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "domain/timeline.h"
#include "operations/replace_data.h"

namespace slip {

// Reset: back to the last act on this branch, a bookmark included. For destructive tests: bookmark
// once, then reset, reset, reset.
Result<Plan> plan(PlanContext& context, const ResetContainer& request) {
  CatalogUnit& catalog = context.catalog;
  const auto scene =
      TRY(find_scene(catalog, context.actor, Right::operate, request.container, request.branch));
  const auto& segment = scene.segment;
  std::optional<Point> parent;
  if (segment.parent) parent = TRY(catalog.points().find(segment.parent->point));
  const auto bookmarked = TRY(catalog.bookmarks().newest_point_of(segment.id));
  const auto point = TRY(reset_target(segment, bookmarked, parent));

  std::string words = fmt::format("branch {} as of {}", scene.branch.name, to_rfc3339(point.at));
  if (parent && point.id == parent->id) words = segment.parent->words;
  for (const auto& one :
       TRY(catalog.bookmarks().of_container(scene.container.id, Trash::without))) {
    if (one.point == point.id) words = fmt::format("bookmark \"{}\"", one.name);
  }
  const auto target = TRY(chosen(context, scene.mould, point, std::move(words)));
  return draft_replacement(
      context, scene, target,
      {OperationKind::reset, SegmentKind::reset,
       fmt::format("reset {} to {}", words_for(scene.container, scene.branch), target.parent.words),
       request.safety});
}

}  // namespace slip
