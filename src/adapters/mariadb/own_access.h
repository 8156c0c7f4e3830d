// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/session.h"
#include "base/result.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// A session as our own user (Session::open_local), also where the copy's owner has dropped, locked
// or changed it while the server runs, its rights and limits included: then it is made anew by the
// container's login, or by root where that comes in through the socket. The next start makes it
// anew in any case (own_user.h).
Result<Session> open_own(const LocalServer& server, const Login& login, Duration patience);

}  // namespace slip::mariadb
