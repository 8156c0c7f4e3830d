// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/session.h"
#include "base/result.h"

namespace slip::postgresql {

// What is not logged begins anew when a recovery ends: its init fork is copied to where its data
// is, from file to file. Of a sequence that was made in the log that was recovered (PostgreSQL 15
// and newer) the init fork is in memory only by then, and an empty page is copied: "bad magic
// number in sequence" is all that it answers from then on
// (findings/postgresql-unlogged-sequence-is-broken-after-recovery.sh).

// In a cluster that was shut down: copies what was not copied.
Result<> mend_unlogged(const Layout& layout, const RunUser& user);

// Of a server that has ended a recovery: true if there is such a sequence. Then the server has been
// made to recover once more, as after a crash, with what it has in memory written out: it will
// answer again when it has mended that. Nothing that is logged is lost. Errors: as of a session.
Result<bool> mends_unlogged(const Layout& layout, const LocalServer& server);

}  // namespace slip::postgresql
