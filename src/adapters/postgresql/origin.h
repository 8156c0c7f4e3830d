// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "adapters/postgresql/session.h"
#include "adapters/postgresql/settings.h"

namespace slip::postgresql {

// A connection to the server that a source comes from; `more` are further parameters of libpq.
// Errors: `unavailable`, `permission_denied`, `invalid_argument` (no such database), each with what
// to do about it.
Result<Session> connect_to(const UrlOrigin& origin, std::map<std::string, std::string> more = {},
                           Duration patience = std::chrono::seconds(10));

// The url's own, or the one that its passfile has for it: programs in a sandbox do not see that
// file. Empty: none.
std::string password_of(const UrlOrigin& origin);

// libpq's "key='value' key='value'" of everything but the password and where it is.
std::string connection_string(const UrlOrigin& origin);

}  // namespace slip::postgresql
