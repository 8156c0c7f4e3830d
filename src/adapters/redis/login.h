// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "adapters/redis/session.h"
#include "adapters/redis/settings.h"
#include "domain/volume_spec.h"

namespace slip::redis {

// Who we are in every server of ours. Made anew at each start, by its configuration, so that no
// owner locks us out for longer than until then.
inline constexpr const char* kOwnUser = "slipstream";

// A password as ACL rules take it without telling it: '#' and its SHA-256.
std::string hashed(const std::string& password);

// Makes sure that the container's login exists with this password and these rights, and that
// clients which name no user come in with the password too. Of a branch that is only looked at it
// may not write.
Result<> ensure_login(Session& session, const Login& login, LoginRights rights, Purpose purpose);

// A session as our own user, also where a superuser has dropped or changed it while the server
// runs: then it is made anew by the container's login.
Result<Session> open_own(const LocalServer& server, const std::string& password, const Login& login,
                         Duration patience);

}  // namespace slip::redis
