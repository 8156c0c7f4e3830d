// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/load_dump.h"
#include "base/result.h"

namespace slip::postgresql {

// What a dump is loaded by and into, of which only what is known before the load is asked.

// Of an archive that the newest tools here, of that version, do not read.
Error made_by_a_newer(const Load& load, const ServerVersion& newest);

// Errors: `invalid_argument` (it is of another product).
Result<> check_product(const Load& load);

// The source's own version, where that is given; then that of the dump, unless its archive is of
// newer tools. Errors: `unsupported`.
Result<ServerVersion> version_for(const Ingest& ingest, const Load& load);

// How the cluster keeps the dump's text: some encodings are known to clients only. Empty: as it is
// kept otherwise. Errors: `invalid_argument`.
Result<std::string> encoding_for(const Ingest& ingest, const Load& load);

// Connections must not lead to a database that stays empty. Errors: `invalid_argument`.
Result<> check_database(const Ingest& ingest, const Load& load);

}  // namespace slip::postgresql
