// SPDX-License-Identifier: Apache-2.0
#include "queries/moments.h"

#include "server/api/answer.h"

// What a time would lead to, before anything is done.

namespace slip::api {
namespace {

Result<Timestamp> asked_time(Call& call) {
  const auto asked = TRY(call.time("time"));
  if (asked) return *asked;
  return Error{.code = ErrorCode::invalid_argument,
               .message = "no time is given",
               .hint = "Give one, e.g. ?time=2026-11-22T14:03:07.250Z."};
}

Result<http::Response> show_of_template(Call& call) {
  const auto asked = TRY(asked_time(call));
  return answer(200, to_json(TRY(queries::moment_of_template(call.reader(), call.actor,
                                                             call.param("template"), asked))));
}

Result<http::Response> show_moment(Call& call) {
  const queries::MomentQuery query{.container = call.param("container"),
                                   .branch = call.query("branch").value_or(""),
                                   .of_template = call.flag("template"),
                                   .at = TRY(asked_time(call))};
  return answer(200, to_json(TRY(queries::moment_view(call.reader(), call.actor, query))));
}

}  // namespace

void add_moments(Routes& routes) {
  routes.add("GET /containers/{container}/moment", show_moment);
  routes.add("GET /templates/{template}/moment", show_of_template);
}

}  // namespace slip::api
