// SPDX-License-Identifier: Apache-2.0
#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/template_access.h"

// What a time would lead to, before anything is done.

namespace slip::api {
namespace {

struct SourceMomentView {
  std::string source;
  Timestamp at;
  std::optional<std::vector<std::string>> lacks;
};
BOOST_DESCRIBE_STRUCT(SourceMomentView, (), (source, at, lacks))

struct MomentView {
  Timestamp asked;
  Timestamp at;  // the moment that it would be
  bool exact = false;
  std::string point;  // that it would be, or that its replay would begin with
  bool asks = false;  // a source's data is of so much earlier that who wants it has to say so
  std::vector<SourceMomentView> sources;
};
BOOST_DESCRIBE_STRUCT(MomentView, (), (asked, at, exact, point, asks, sources))

Result<Timestamp> asked_time(Call& call) {
  const auto asked = TRY(call.time("time"));
  if (asked) return *asked;
  return Error{.code = ErrorCode::invalid_argument,
               .message = "no time is given",
               .hint = "Give one, e.g. ?time=2026-11-22T14:03:07.250Z."};
}

// `mould` is the template whose sources the branch has.
Result<http::Response> answer_moment(Call& call, CatalogUnit& catalog, const Template& mould,
                                     const Branch& branch, Timestamp asked) {
  PlanContext context{
      {call.api.world().ids, call.actor, call.api.now()}, catalog, call.api.world()};
  const auto moment = TRY(find_moment(context, mould, branch, asked));
  MomentView view;
  view.asked = asked;
  view.at = moment.at();
  view.exact = view.at == asked;
  view.point = moment.point.id.str();
  view.asks = !check_not_much_earlier(context, moment, asked);
  for (const auto& one : TRY(source_moments(context, moment))) {
    view.sources.push_back({one.source, one.at, one.lacks});
  }
  return answer(200, to_json(view));
}

Result<http::Response> show_of_template(Call& call) {
  const auto asked = TRY(asked_time(call));
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    const auto mould = TRY(find_visible_template(catalog, call.actor, call.param("template")));
    return answer_moment(call, catalog, mould, TRY(branch_of(catalog, mould.master)), asked);
  });
}

Result<http::Response> show_moment(Call& call) {
  const auto asked = TRY(asked_time(call));
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    const auto container =
        TRY(find_container(catalog, call.actor, Right::look, call.param("container")));
    const auto mould = TRY(template_of(catalog, container.template_id));
    const auto branch =
        call.flag("template")
            ? TRY(branch_of(catalog, mould.master))
            : TRY(find_branch_or_active(catalog, container, call.query("branch").value_or("")));
    return answer_moment(call, catalog, mould, branch, asked);
  });
}

}  // namespace

void add_moments(Routes& routes) {
  routes.add("GET /containers/{container}/moment", show_moment);
  routes.add("GET /templates/{template}/moment", show_of_template);
}

}  // namespace slip::api
