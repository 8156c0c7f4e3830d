#include <fmt/format.h>

#include "domain/timeline.h"
#include "operations/replace_data.h"

namespace slip {

// Undo: takes back a restore, refresh, reset or undo, to the instant before the switch. Since an
// undo takes a safety point too, undoing it is a redo.
Result<Plan> plan(PlanContext& context, const UndoContainer& request) {
  CatalogUnit& catalog = context.catalog;
  const auto container =
      TRY(find_container(catalog, context.actor, Right::operate, request.container));
  const auto branch = TRY(branch_of(catalog, container.active));
  const auto segment = TRY(segment_of(catalog, branch.segment));
  const auto point = TRY(point_of(catalog, TRY(undo_target(segment))));
  const auto undone = TRY(catalog.operations().find(segment.operation));
  const auto target = TRY(chosen(context, container, point,
                                 fmt::format("before \"{}\"", undone ? undone->words : "")));
  return plan_replacement(context, container, target,
                          {OperationKind::undo, SegmentKind::undone,
                           fmt::format("undo on {}: back to {}", container.name,
                                       target.parent.words),
                           request.safety});
}

}  // namespace slip
