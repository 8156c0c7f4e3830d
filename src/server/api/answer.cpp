// SPDX-License-Identifier: Apache-2.0
#include "server/api/answer.h"

#include "queries/operations.h"
#include "server/http/encoding.h"

namespace slip::api {
namespace {

constexpr Duration survey_patience = std::chrono::seconds(20);

}  // namespace

Error unseen(const OperationId& operation) {
  return Error{.code = ErrorCode::not_found,
               .message = "there is no operation \"" + operation.str() + "\" that you can see",
               .hint = "\"slip operations\" shows the newest."};
}

Result<json::value> parse_body(const http::Request& request) {
  if (request.body.empty()) return json::value(json::object());
  if (!http::is_utf8(request.body)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the body is not valid UTF-8",
                 .hint = "Send one JSON object in UTF-8."};
  }
  return parse_json(request.body);
}

http::Response answer(int status, const json::value& value) {
  return http::json_response(status, json::serialize(value));
}

http::Response answer_list(json::array items, const std::optional<std::string>& next) {
  return answer(200, json::object{{"items", std::move(items)},
                                  {"next", next ? json::value(*next) : json::value(nullptr)}});
}

Result<json::value> surveyed(Call& call, const std::string& what, const Surveys::Measure& measure) {
  const auto place = call.api.waiting_place();
  return call.api.surveys.ask(what, place.is_taken() ? survey_patience : Duration(1'000), measure);
}

Result<http::Response> answer_operation(Call& call, Operation operation, int status) {
  const auto seconds = TRY(call.number("wait", 0, 60)).value_or(0);
  if (seconds > 0 && !operation.ended()) {
    // Who finds no place is kept from asking again at once.
    const auto place = call.api.waiting_place();
    const Duration patience = place.is_taken() ? Duration(std::chrono::seconds(seconds))
                                               : Duration(std::chrono::milliseconds(100));
    operation = TRY(call.api.engine.wait(operation.id, patience));
    TRY(call.look_again());
  }
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    if (!TRY(queries::may_see(catalog, call.actor, operation))) return unseen(operation.id);
    return answer(status, to_json(TRY(queries::operation_view(catalog, operation))));
  });
}

}  // namespace slip::api
