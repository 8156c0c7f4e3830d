// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

// Restore: the branch's data becomes that of a bookmark, a time or a point. A time that says no
// branch is of the same one.
Result<Plan> plan(PlanContext& context, const RestoreContainer& request) {
  const auto scene = TRY(find_scene(context.catalog, context.actor, Right::operate,
                                    request.container, request.branch));
  if (std::holds_alternative<FromNow>(request.to)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "nothing says what to restore to",
                 .hint = "Name a bookmark or a time."};
  }
  const auto target = TRY(choose_point(context, scene, request.to));
  return draft_replacement(
      context, scene, target,
      {OperationKind::restore, SegmentKind::restored,
       fmt::format("restore {} to {}", words_for(scene.container, scene.branch),
                   target.parent.words),
       request.safety});
}

}  // namespace slip
