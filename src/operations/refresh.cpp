#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

// Refresh: the active branch gets the newest data of the template, and its newest version.
Result<Plan> plan(PlanContext& context, const RefreshContainer& request) {
  const auto container =
      TRY(find_container(context.catalog, context.actor, Right::operate, request.container));
  const auto target = TRY(choose_point(context, container, FromTemplate{}));
  return plan_replacement(
      context, container, target,
      {OperationKind::refresh, SegmentKind::refreshed,
       fmt::format("refresh {} with {}", container.name, target.parent.words), request.safety});
}

}  // namespace slip
