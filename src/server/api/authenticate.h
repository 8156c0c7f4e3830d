// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "product/logins.h"
#include "server/http/message.h"

namespace slip::api {

// The name of the page's cookie. By TLS its prefix keeps every application from setting one that
// did not come by TLS itself, or that is for more hosts than this one.
std::string session_cookie(http::Transport transport);

// The header in which the page sends its own half of the session.
inline constexpr const char* page_key_header = "Slip-Page-Key";

// Who makes the request. The first of these that it has decides: a bearer token; on a unix socket,
// a process of root or of the daemon's own user, who is an administrator; the page's cookie
// together with the page's key. `transport` is what browsers use, see
// ApiSettings::browser_transport. Fails with `unauthenticated`.
Result<Known> authenticate(Logins& logins, const http::Request& request, http::Transport transport);

}  // namespace slip::api
