// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/session.h"
#include "ports/adapter.h"

namespace slip::postgresql {

// What a copy of the running server's files would lack, were it made now: crash recovery empties
// unlogged tables, lets sequences that were used since the last checkpoint jump ahead, and forgets
// the statistics of use. Waits for no lock. Errors: as Session's.
Result<Lacks> find_lacks(const LocalServer& server, Duration patience);

// Checkpoints, so that sequences do not jump; `if_quiet`: where nobody is at work and there is
// little to write. Errors: as Session's; the server says no to a checkpoint: `failed`.
Result<> write_out(const LocalServer& server, WriteOutHow how, Duration patience);

}  // namespace slip::postgresql
