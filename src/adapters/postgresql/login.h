// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/login_rights.h"
#include "adapters/postgresql/session.h"
#include "adapters/postgresql/settings.h"
#include "base/result.h"
#include "ports/adapter.h"

namespace slip::postgresql {

// Makes sure that the container's role exists, has these rights and this password. Writes nothing
// if all is so already: a restart leaves the data as it was. Other containers' logins, which came
// with a copy, lose theirs. `open` is for the other databases of the server.
// Errors: `precondition_failed` (the role is the server's first superuser, which stays one).
Result<> ensure_login(Session& session, const Login& login, LoginRights rights,
                      const OpenDatabase& open);

// Whether whoever has the login gets into the database. Errors: `not_found` (the database),
// `permission_denied` (the login).
Result<> check_database(Session& session, const std::string& database);
Result<> check_login(Session& session, const Login& login);

// Makes the role without a password.
Result<> ensure_role(Session& session, const std::string& role);

// True if `verifier` ("SCRAM-SHA-256$4096:salt$stored:server", RFC 5802) is of this password.
bool password_matches(const std::string& verifier, const std::string& password);

}  // namespace slip::postgresql
