// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/private_server.h"
#include "adapters/postgresql/session.h"
#include "base/result.h"

namespace slip::postgresql {

// A session as our own role (Session::open_local) whatever the copy's owner has done to it: where
// it may no longer log in, another superuser that is let in through our socket makes it anew.
// Errors: those of open_local, where somebody has locked all of them with what to do about it.
Result<Session> open_own(const LocalServer& server, Duration patience);

// True if a server that answers has refused us so, and will again: there is no role left that could
// let us in, or no database.
bool is_locked_out(const Error& refused);

// A start mends that, of a server that was noted before it ended: by a server without connections
// (single-user mode), which asks nobody who he is.
Result<> note_locked_out(const Layout& layout);
Result<> let_us_in_again(const PrivatePlace& place);
Result<bool> was_locked_out(const Layout& layout);

}  // namespace slip::postgresql
