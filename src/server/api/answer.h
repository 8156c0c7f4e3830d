// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "operations/edits/edits.h"
#include "server/api/call.h"

// Reading what was sent, and answering.

namespace slip::api {

// The body as JSON; an absent one is an empty object. Fails with `invalid_argument`.
Result<json::value> parse_body(const http::Request& request);

template <class Body>
Result<Body> read_body(const Call& call) {
  return from_json<Body>(TRY(parse_body(call.request)));
}

http::Response answer(int status, const json::value& value);

// {"items": [...], "next": cursor or null}.
http::Response answer_list(json::array items, const std::optional<std::string>& next = {});

// What somebody gets who may not see it, or names one that is none.
Error unseen(const OperationId& operation);

// 202 and the operation; with ?wait=SECONDS as it is when it has ended or the time is over, for
// whoever may see it then.
Result<http::Response> answer_operation(Call& call, Operation operation, int status = 202);

// What is measured on disk (api/surveys.h), as found since it was asked for or, where that takes
// long, as it was found last. `what` names it: who asks for it by the same name gets the same. What
// `measure` holds must outlive the request.
Result<json::value> surveyed(Call& call, const std::string& what, const Surveys::Measure& measure);

// Submits one of operations/requests.h.
template <class Request>
Result<http::Response> submit(Call& call, const Request& request) {
  return answer_operation(
      call, TRY(call.api.engine.submit(call.actor, request, TRY(call.idempotency_key()))));
}

// Carries out one of operations/edits/requests.h.
template <class Request>
Result<http::Response> carry_out(Call& call, const Request& request) {
  return answer_operation(
      call, TRY(edit(call.api.world(), call.actor, request, TRY(call.idempotency_key()))));
}

}  // namespace slip::api
