// SPDX-License-Identifier: Apache-2.0
#include "server/http/handler_call.h"

#include "base/log.h"
#include "server/http/problem.h"

namespace slip::http {
namespace {

Response unavailable(std::string message, std::string hint) {
  return retry_after(
      problem(
          {.code = ErrorCode::unavailable, .message = std::move(message), .hint = std::move(hint)}),
      std::chrono::seconds(1));
}

Response failure(const Request& request, const char* what) {
  spdlog::error("{} request failed with an exception: {}", request.method, what);
  return problem({.code = ErrorCode::internal,
                  .message = "the server made a mistake with this request",
                  .hint = "The server's log has the details."});
}

}  // namespace

Response call(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& thrown) {
    return failure(request, thrown.what());
  } catch (...) {
    return failure(request, "of an unknown kind");
  }
}

Response overload_response() {
  return unavailable("the server has too much to do", "Try again in a moment.");
}

Response stopping_response() {
  return unavailable("the server is stopping", "Try again when it is back.");
}

}  // namespace slip::http
