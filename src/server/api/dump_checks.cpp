// SPDX-License-Identifier: Apache-2.0
#include "product/dump_checks.h"

#include "server/api/answer.h"

namespace slip::api {
namespace {

struct CheckBody {
  std::string kind;
  std::map<std::string, std::string> settings;
};
BOOST_DESCRIBE_STRUCT(CheckBody, (), (kind, settings))

// It says what went wrong as a value: the request for it went well.
json::value failure_json(const Error& error) {
  return json::object{{"code", to_string(error.code)},
                      {"message", error.describe()},
                      {"hint", error.hint},
                      {"detail", error.detail}};
}

Result<http::Response> show_dump_check(Call& call, const DumpCheckId& id, int status) {
  const auto seconds = TRY(call.number("wait", 0, 60)).value_or(0);
  auto place = call.api.waiting_place();
  const auto patience = place.is_taken() ? Duration(std::chrono::seconds(seconds)) : Duration(100);
  const auto state =
      TRY(call.api.product.dump_checks().wait(id, seconds == 0 ? Duration(0) : patience));
  TRY(call.look_again());
  TRY(must_be_admin(call.actor));
  json::object shown{{"id", id.str()},
                     {"state", "running"},
                     {"progress", state.progress},
                     {"report", nullptr},
                     {"failure", nullptr}};
  if (state.outcome) {
    const auto& outcome = *state.outcome;
    shown["state"] = outcome ? "succeeded" : "failed";
    if (outcome) shown["report"] = to_json(*outcome);
    if (!outcome) shown["failure"] = failure_json(outcome.error());
  }
  return answer(status, shown);
}

Result<http::Response> begin(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto body = TRY(read_body<CheckBody>(call));
  const SourceConfig config{.kind = body.kind, .settings = body.settings, .run = {}};
  return show_dump_check(call, TRY(call.api.product.dump_checks().begin(config)), 202);
}

}  // namespace

void add_dump_checks(Routes& routes) {
  routes.add_once("POST /dump-checks", begin);
  routes.add("GET /dump-checks/{check}", [](Call& call) -> Result<http::Response> {
    TRY(must_be_admin(call.actor));
    return show_dump_check(call, DumpCheckId(call.param("check")), 200);
  });
  routes.add_once("DELETE /dump-checks/{check}", [](Call& call) -> Result<http::Response> {
    TRY(must_be_admin(call.actor));
    TRY(call.api.product.dump_checks().end(DumpCheckId(call.param("check"))));
    return http::no_content();
  });
}

}  // namespace slip::api
