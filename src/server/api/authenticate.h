#pragma once

#include <optional>

#include "domain/user.h"
#include "ports/catalog.h"
#include "server/http/message.h"

namespace slip::api {

// The name of the page's cookie.
inline constexpr const char* session_cookie = "slip_session";

struct Known {
  Actor actor;
  std::optional<Access> access;  // nothing for who needs none
};

// Who makes the request. The first of these that it has decides: a bearer token; on a unix socket,
// a process of root or of the daemon's own user, who is an administrator; the page's cookie.
// Fails with `unauthenticated`.
Result<Known> authenticate(Catalog& catalog, const http::Request& request, Timestamp now);

}  // namespace slip::api
