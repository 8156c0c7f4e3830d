// SPDX-License-Identifier: Apache-2.0
#include "server/api/data_choice.h"

namespace slip::api {

Result<DataChoice> data_choice(const DataChoiceBody& body) {
  const bool of_template = body.template_.value_or(false);
  const bool from_template = of_template && !body.time;
  const int given = body.bookmark.has_value() + body.time.has_value() + body.point.has_value() +
                    (from_template ? 1 : 0);
  if (given == 0 && body.branch && !body.branch->empty()) return DataChoice(FromNow{*body.branch});
  if (given != 1) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = given == 0 ? "it is not said which data to take"
                                       : "more than one choice of data is given",
                 .hint = "Give one of: bookmark, time (with a branch), point, template, branch."};
  }
  if (body.branch && of_template) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a time is of a branch or of the template, not of both",
                 .hint = "Leave one of them out."};
  }
  if (body.branch && !body.time) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a branch goes with a time, or alone for its data as it is now",
                 .hint = "Leave the branch out, or give a time on it."};
  }
  if (body.bookmark) return DataChoice(FromBookmark{*body.bookmark});
  if (body.time) {
    return DataChoice(FromTime{.at = *body.time,
                               .branch = body.branch.value_or(""),
                               .accept_earlier = body.accept_earlier.value_or(false),
                               .of_template = of_template});
  }
  if (body.point) return DataChoice(FromPoint{PointId(*body.point)});
  return DataChoice(FromTemplate{});
}

}  // namespace slip::api
