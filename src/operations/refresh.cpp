// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

// Refresh: the branch gets the newest data of the template, and its newest version.
Result<Plan> plan(PlanContext& context, const RefreshContainer& request) {
  const auto container =
      TRY(find_container(context.catalog, context.actor, Right::operate, request.container));
  const auto target = TRY(choose_point(context, container, FromTemplate{}));
  const auto branch = TRY(find_branch_or_active(context.catalog, container, request.branch));
  return plan_replacement(
      context, container, branch, target,
      {OperationKind::refresh, SegmentKind::refreshed,
       fmt::format("refresh {} with {}", words_for(container, branch), target.parent.words),
       request.safety});
}

}  // namespace slip
