// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/session.h"
#include "base/result.h"

namespace slip::postgresql {

// A session as our own role (Session::open_local) whatever the copy's owner has done to it: where
// it may no longer log in, another superuser that is let in through our socket makes it anew.
Result<Session> open_own(const LocalServer& server, Duration patience);

}  // namespace slip::postgresql
