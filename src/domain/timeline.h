// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "domain/bookmark.h"
#include "domain/branch.h"

namespace slip {

// Where going back leads. Pure: the caller has loaded the segment and points.

// Which point Reset goes back to: the last act on the branch, which is its newest bookmark, or what
// the segment began with if that was later. Fails with `not_found` when that has been reaped.
//   `newest_bookmarked`: the newest bookmarked point of the segment, if any
//   `parent`: the point the segment began from, if it is still there
Result<Point> reset_target(const Segment& segment, const std::optional<Point>& newest_bookmarked,
                           const std::optional<Point>& parent);

// Which point Undo goes back to: the safety point of the act that began the segment.
// Fails with `precondition_failed` when the segment was not begun by a restore, refresh, reset or
// undo, or by one that took no safety point.
Result<PointId> undo_target(const Segment& segment);

// "at the point of 14:03:07" or "in the range": the sentence for a time that no point is at or
// before. `first` and `last` are the branch's range.
Error time_out_of_range(Timestamp asked, std::optional<Timestamp> first,
                        std::optional<Timestamp> last);

}  // namespace slip
