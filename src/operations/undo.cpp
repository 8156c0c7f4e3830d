// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "domain/timeline.h"
#include "operations/replace_data.h"

namespace slip {
namespace {

// "before the restore to bookmark "clean base"".
std::string words_of_what_was_before(const Segment& segment) {
  switch (segment.kind) {
    case SegmentKind::restored:
      return "before the restore to " + segment.parent->words;
    case SegmentKind::refreshed:
      return "before the refresh";
    case SegmentKind::reset:
      return "before the reset";
    case SegmentKind::undone:
      return "before the undo";
    case SegmentKind::created:
      break;
  }
  return "the beginning";
}

}  // namespace

// Undo: takes back a restore, refresh, reset or undo, to the instant before the switch. Since an
// undo takes a safety point too, undoing it is a redo.
Result<Plan> plan(PlanContext& context, const UndoContainer& request) {
  const auto scene = TRY(find_scene(context.catalog, context.actor, Right::operate,
                                    request.container, request.branch));
  const auto point = TRY(point_of(context.catalog, TRY(undo_target(scene.segment))));
  const auto target =
      TRY(chosen(context, scene.mould, point, words_of_what_was_before(scene.segment)));
  return draft_replacement(
      context, scene, target,
      {OperationKind::undo, SegmentKind::undone,
       fmt::format("undo on {}: back to {}", words_for(scene.container, scene.branch),
                   target.parent.words),
       request.safety});
}

}  // namespace slip
