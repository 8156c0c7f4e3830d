// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ports/secrets.h"
#include "storage/pool/pool.h"

namespace slip {

// Makes the catalog of a pool anew where it is lost, damaged or another's: from the newest good
// copy in the pool, or, where there is none, from what the pool says of itself. What was there is
// kept beside it, as "catalog.db.damaged-N"; where it fails, it is where it was. Does nothing where
// the catalog is good, but for giving a pool its identity anew. Returns what was done, for people.
// The daemon must not run. Errors: `not_found` (no pool, or nothing in it to make a catalog of),
// those of the pool and of the catalog.
Result<std::string> rebuild_catalog_of(const std::filesystem::path& data,
                                       const PoolOptions& options, Secrets* secrets = nullptr);

}  // namespace slip
