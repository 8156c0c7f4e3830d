// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "domain/user.h"
#include "ports/catalog.h"
#include "server/http/message.h"

namespace slip::api {

// The name of the page's cookie. By TLS its prefix keeps every application from setting one that
// did not come by TLS itself, or that is for more hosts than this one.
std::string session_cookie(http::Transport transport);

// The header in which the page sends its own half of the session.
inline constexpr const char* page_key_header = "Slip-Page-Key";

struct Known {
  Actor actor;
  std::optional<Access> access;  // nothing for who needs none
};

// Who makes the request. The first of these that it has decides: a bearer token; on a unix socket,
// a process of root or of the daemon's own user, who is an administrator; the page's cookie
// together with the page's key. `transport` is what browsers use, see
// ApiSettings::browser_transport. Fails with `unauthenticated`.
Result<Known> authenticate(Catalog& catalog, const http::Request& request,
                           http::Transport transport, Timestamp now);

}  // namespace slip::api
