// SPDX-License-Identifier: Apache-2.0
#include "queries/timeline.h"

#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/template_access.h"

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
  const auto window = TRY(read_window(call));
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    const auto container =
        TRY(find_container(catalog, call.actor, Right::look, call.param("container")));
    const auto wanted = call.query("branch");
    queries::TimelineQuery query;
    query.branch = wanted ? TRY(find_branch(catalog, container, *wanted))
                          : TRY(branch_of(catalog, container.active));
    query.branches = TRY(catalog.branches().of_container(container.id, Trash::without));
    query.active = container.active;
    query.window = window;
    if (!call.flag("without_bookmarks")) {
      query.bookmarks = TRY(catalog.bookmarks().of_container(container.id, Trash::without));
    }
    return answer(200, to_json(TRY(queries::timeline(catalog, query))));
  });
}

Result<http::Response> timeline_of_template(Call& call) {
  const auto window = TRY(read_window(call));
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    const auto mould = TRY(find_visible_template(catalog, call.actor, call.param("template")));
    queries::TimelineQuery query;
    query.branch = TRY(branch_of(catalog, mould.master));
    query.branches = {query.branch};
    query.window = window;
    query.bookmarks = TRY(catalog.bookmarks().of_template(mould.id, Trash::without));
    return answer(200, to_json(TRY(queries::timeline(catalog, query))));
  });
}

}  // namespace

void add_timeline(Routes& routes) {
  routes.add_compressed("GET /containers/{container}/timeline", timeline_of_container);
  routes.add_compressed("GET /templates/{template}/timeline", timeline_of_template);
}

}  // namespace slip::api
