#pragma once

#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/server_versions.h"
#include "base/result.h"

namespace slip::postgresql {

// Takes out of a cluster that was just copied from elsewhere what would tie it to its origin or
// keep it from starting here: replication slots, standby and recovery files, settings made by ALTER
// SYSTEM that are ours to decide, preloaded libraries that are not installed. Done once, at ingest.
Result<> neutralize_origin(const Ingest& ingest, const ServerVersion& version);

}  // namespace slip::postgresql
