// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "adapters/postgresql/session.h"
#include "base/result.h"

namespace slip::postgresql {

// A session in another database of the same server, as our own role.
using OpenDatabase = std::function<Result<Session>(const std::string& database)>;

// Lets the role, no superuser, do with the application's databases what their owner can: it becomes
// a member of every role that owns something and gives no more than that, reads and writes all
// data, and owns what nobody else does whose member it can be. It does not get to the server's
// files, to programs, or to other roles' passwords. Idempotent.
Result<> grant_ownership(Session& session, const std::string& role, const OpenDatabase& open);

// The part of it that concerns the objects of the session's database.
Result<> hand_over(Session& session, const std::string& role);

}  // namespace slip::postgresql
