// SPDX-License-Identifier: Apache-2.0
#include "queries/timeline.h"

#include "server/api/answer.h"

namespace slip::api {
namespace {

constexpr std::int64_t points_max = 5000;

Result<PointWindow> read_window(const Call& call) {
  PointWindow window{.around = TRY(call.time("around")).value_or(call.api.now() + Duration(1))};
  const auto before = TRY(call.number("before", 0, points_max));
  const auto after = TRY(call.number("after", 0, points_max));
  if (before) window.before = static_cast<std::size_t>(*before);
  if (after) window.after = static_cast<std::size_t>(*after);
  return window;
}

Result<http::Response> timeline_of_container(Call& call) {
  const queries::TimelineQuery query{.container = call.param("container"),
                                     .branch = call.query("branch"),
                                     .window = TRY(read_window(call)),
                                     .with_bookmarks = !call.flag("without_bookmarks")};
  return answer(200, to_json(TRY(queries::timeline(call.reader(), call.actor, query))));
}

Result<http::Response> timeline_of_template(Call& call) {
  const auto window = TRY(read_window(call));
  return answer(200, to_json(TRY(queries::timeline_of_template(call.reader(), call.actor,
                                                               call.param("template"), window))));
}

}  // namespace

void add_timeline(Routes& routes) {
  routes.add_compressed("GET /containers/{container}/timeline", timeline_of_container);
  routes.add_compressed("GET /templates/{template}/timeline", timeline_of_template);
}

}  // namespace slip::api
