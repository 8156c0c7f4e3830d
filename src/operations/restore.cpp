// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

// Restore: the branch's data becomes that of a bookmark, a time or a point. A time that says no
// branch is of the same one.
Result<Plan> plan(PlanContext& context, const RestoreContainer& request) {
  const auto container =
      TRY(find_container(context.catalog, context.actor, Right::operate, request.container));
  if (std::holds_alternative<FromNow>(request.to)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "nothing says what to restore to",
                 .hint = "Name a bookmark or a time."};
  }
  const auto branch = TRY(find_branch_or_active(context.catalog, container, request.branch));
  DataChoice to = request.to;
  if (auto* time = std::get_if<FromTime>(&to); time && time->branch.empty() && !time->of_template) {
    time->branch = branch.id.str();
  }
  const auto target = TRY(choose_point(context, container, to));
  return plan_replacement(
      context, container, branch, target,
      {OperationKind::restore, SegmentKind::restored,
       fmt::format("restore {} to {}", words_for(container, branch), target.parent.words),
       request.safety});
}

}  // namespace slip
