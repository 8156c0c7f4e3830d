// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

// Refresh: the branch gets the newest data of the template, and its newest version.
Result<Plan> plan(PlanContext& context, const RefreshContainer& request) {
  const auto scene = TRY(find_scene(context.catalog, context.actor, Right::operate,
                                    request.container, request.branch));
  const auto target = TRY(choose_newest(context, scene.mould));
  return draft_replacement(
      context, scene, target,
      {OperationKind::refresh, SegmentKind::refreshed,
       fmt::format("refresh {} with {}", words_for(scene.container, scene.branch),
                   target.parent.words),
       request.safety});
}

}  // namespace slip
