// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

// As Adapter::forget_the_past. A server leaves what was overwritten in too many places (freed
// pages, undo and redo logs, the doublewrite buffer, statistics) for them to be cleaned one by one,
// version by version. So the data is made anew: what the running server holds is loaded into an
// empty data directory, which takes the old one's place once that server has ended, as it is told
// to. Accounts, time zones and linked servers come along; row histories (system versioning) and
// statistics do not. `running` is how to come into that server.
Result<> forget_the_past(const Ingest& ingest, const ServerVersion& version,
                         const LocalServer& running);

}  // namespace slip::mariadb
