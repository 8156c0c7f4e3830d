// SPDX-License-Identifier: Apache-2.0
#include "server/api/authenticate.h"

#include "server/auth/token.h"

namespace slip::api {
namespace {

Error unknown(std::string message) {
  return Error{.code = ErrorCode::unauthenticated,
               .message = std::move(message),
               .hint = "Log in: \"slip login\", or the page."};
}

// Other applications of this host may have set cookies of the same name, for several paths.
constexpr int cookies_tried_max = 16;

Result<Known> by_session(Logins& logins, const http::Request& request, http::Transport transport) {
  const auto page_key = request.headers.find(page_key_header);
  const auto [first, last] = request.cookies.equal_range(session_cookie(transport));
  if (!page_key || first == last) return unknown("you are not logged in");
  Result<Known> known = unknown("the login is not valid any more");
  int tried = 0;
  for (auto cookie = first; cookie != last && tried < cookies_tried_max; ++cookie) {
    if (!auth::look_like_session(cookie->second, *page_key)) continue;
    ++tried;
    known = logins.find(AccessKind::session, auth::hash_session(cookie->second, *page_key));
    if (known || known.error().code != ErrorCode::unauthenticated) return known;
  }
  return known;
}

}  // namespace

std::string session_cookie(http::Transport transport) {
  return transport == http::Transport::tls ? "__Host-slip_session" : "slip_session";
}

Result<Known> authenticate(Logins& logins, const http::Request& request,
                           http::Transport transport) {
  if (const auto token = request.bearer_token()) {
    if (!auth::looks_like_token(*token)) return unknown("this is not a token of ours");
    return logins.find(AccessKind::token, auth::hash_token(*token));
  }
  if (http::is_of_the_machine(request.peer)) {
    return Known{Actor{UserId("usr_local"), "an administrator", SystemRole::admin}, std::nullopt};
  }
  return by_session(logins, request, transport);
}

}  // namespace slip::api
