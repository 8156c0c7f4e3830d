// SPDX-License-Identifier: Apache-2.0
#include "domain/timeline.h"

#include <fmt/format.h>

namespace slip {

Result<Point> reset_target(const Segment& segment, const std::optional<Point>& newest_bookmarked,
                           const std::optional<Point>& parent) {
  if (newest_bookmarked && newest_bookmarked->reachable()) return *newest_bookmarked;
  if (parent && parent->reachable()) return *parent;
  return Error{.code = ErrorCode::not_found,
               .message = segment.parent ? fmt::format("the data of {} is no longer kept",
                                                       segment.parent->words)
                                         : "this branch has nothing to go back to yet",
               .hint = "Take a bookmark first; Reset then comes back to it."};
}

Result<PointId> undo_target(const Segment& segment) {
  if (segment.kind == SegmentKind::created) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "there is nothing to undo on this branch",
                 .hint = "Undo takes back a restore, refresh, reset or undo."};
  }
  if (segment.safety_point.empty()) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message =
                     "the last operation was asked to take no safety point, so it cannot be "
                     "undone",
                 .hint = "Restore to a bookmark or a time instead."};
  }
  return segment.safety_point;
}

Error time_out_of_range(Timestamp asked, std::optional<Timestamp> first,
                        std::optional<Timestamp> last) {
  if (!first || !last) {
    return Error{.code = ErrorCode::out_of_range,
                 .message = "this branch has no points to go back to yet",
                 .hint = "Take a bookmark first."};
  }
  return Error{
      .code = ErrorCode::out_of_range,
      .message = fmt::format("{} is outside what can be gone back to", to_rfc3339(asked)),
      .hint = fmt::format("Choose a time from {} to {}.", to_rfc3339(*first), to_rfc3339(*last))};
}

}  // namespace slip
