// SPDX-License-Identifier: Apache-2.0
#include "server/api/answer.h"

#include "queries/operations.h"
#include "server/http/encoding.h"

namespace slip::api {

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

Result<http::Response> answer_operation(Call& call, Operation operation, int status) {
  const auto seconds = TRY(call.number("wait", 0, 60)).value_or(0);
  if (seconds > 0 && !operation.ended()) {
    // Who finds no place is kept from asking again at once.
    const auto place = call.api.waiting_place();
    const Duration patience = place.is_taken() ? Duration(std::chrono::seconds(seconds))
                                               : Duration(std::chrono::milliseconds(100));
    operation = TRY(call.api.product.wait(operation.id, patience));
    TRY(call.look_again());
  }
  return answer(status,
                to_json(TRY(queries::operation_view(call.reader(), call.actor, operation))));
}

Result<http::Response> submit(Call& call, const AnyRequest& request) {
  return answer_operation(
      call, TRY(call.api.product.submit(call.actor, request, TRY(call.idempotency_key()))));
}

Result<http::Response> carry_out(Call& call, const AnyEdit& edit) {
  return answer_operation(
      call, TRY(call.api.product.edit(call.actor, edit, TRY(call.idempotency_key()))));
}

}  // namespace slip::api
