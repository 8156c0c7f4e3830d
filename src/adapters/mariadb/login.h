// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/dialect.h"
#include "adapters/mariadb/session.h"
#include "adapters/mariadb/settings.h"
#include "base/result.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// Makes sure that the container's user exists, has these rights and this password: an owner all on
// the application's databases, those called like one of them with "_" and more, and to see what
// goes on in the server; not to its files, accounts and options. Writes nothing if all is so
// already: a restart leaves the data as it was. Other containers' logins, which came with a copy,
// lose theirs. Nothing of it is in the binary log.
//
// It is a user at localhost and at 127.0.0.1, which no account of the same name at another host
// goes before. A role without rights, `slipstream_login`, marks the users that were made here.
Result<> ensure_login(Session& session, const Login& login, LoginRights rights);

// Whether whoever has the login gets into the database. Errors: `not_found` (the database),
// `permission_denied` (the login).
Result<> check_database(Session& session, const std::string& database);
Result<> check_login(Session& session, const Login& login, LoginRights rights);

// Makes an account that objects name as their definer if it is missing, with the rights its objects
// may need, for nobody to log in.
Result<> ensure_definer(Session& session, const Account& account);

}  // namespace slip::mariadb
