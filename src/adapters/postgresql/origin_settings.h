// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/server_versions.h"
#include "base/result.h"

namespace slip::postgresql {

// Takes out of a cluster that was just copied from elsewhere what would tie it to its origin or
// keep it from starting here: replication slots, standby and recovery files, settings made by ALTER
// SYSTEM that are ours to decide or that this machine's server does not take, preloaded libraries
// that are not installed. Writes our own configuration. Done once, at ingest.
Result<> neutralize_origin(const Ingest& ingest, const ServerVersion& version);

// Libraries that roles and databases have sessions load and that are not installed here.
Result<> reset_missing_libraries(const ServerVersion& version, Session& session);

}  // namespace slip::postgresql
