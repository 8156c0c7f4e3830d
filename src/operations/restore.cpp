#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

// Restore: the active branch's data becomes that of a bookmark, a time or a point.
Result<Plan> plan(PlanContext& context, const RestoreContainer& request) {
  const auto container =
      TRY(find_container(context.catalog, context.actor, Right::operate, request.container));
  if (std::holds_alternative<FromNow>(request.to)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "nothing says what to restore to",
                 .hint = "Name a bookmark or a time."};
  }
  const auto target = TRY(choose_point(context, container, request.to));
  return plan_replacement(
      context, container, target,
      {OperationKind::restore, SegmentKind::restored,
       fmt::format("restore {} to {}", container.name, target.parent.words), request.safety});
}

}  // namespace slip
