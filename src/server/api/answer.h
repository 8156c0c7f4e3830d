// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
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

// 202 and the operation; with ?wait=SECONDS as it is when it has ended or the time is over, for
// whoever may see it then.
Result<http::Response> answer_operation(Call& call, Operation operation, int status = 202);

// What `find` finds of what is measured on disk (queries/surveys.h): it is given the patience for
// that, which is shorter where too many wait already.
template <class Find>
auto surveyed(Call& call, Find find) -> decltype(find(Duration())) {
  const auto place = call.api.waiting_place();
  return find(place.is_taken() ? Duration(std::chrono::seconds(20)) : Duration(1'000));
}

Result<http::Response> submit(Call& call, const AnyRequest& request);
Result<http::Response> carry_out(Call& call, const AnyEdit& edit);

}  // namespace slip::api
