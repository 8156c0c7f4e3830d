// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "server/http/message.h"

namespace slip::http {

enum class AfterResponse { keep_connection, close_connection };

// What of the request its answer depends on.
struct Answering {
  std::string method = "GET";
  bool is_api = false;  // the path is under /api
};

// Whether a body follows the head: not for HEAD, 204 and 304.
bool has_body(const Response& response, const Answering& request);

// Status line and headers of a response as they go over the wire, with what every response gets:
// Date, Content-Length (not for event streams), Connection, security headers, no-store under /api
// where nothing else is said, and the policy for HTML. Line breaks in header values are dropped, so
// that no value can add headers of its own.
std::string response_head(const Response& response, const Answering& request, AfterResponse after,
                          std::string_view html_policy);

}  // namespace slip::http
