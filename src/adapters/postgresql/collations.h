// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/postgresql/session.h"
#include "ports/adapter.h"

namespace slip::postgresql {

// Text is in the order of a library, the C library's or ICU, and its versions differ. A server
// records which version a collation had when it was made; where this machine's is another, what
// depends on the order (indexes, partitions by ranges of text) may be wrong, without any error.
// PostgreSQL before 15 does not record it for a database's own collation: what the C library's
// other collations in it say stands for that, and where there are none it is not known.

// What depends on such an order in the running server's databases, a sentence for each database.
// Reads catalogs only. Errors: as Session's.
Result<std::vector<std::string>> doubtful_order(const LocalServer& server, Duration patience);

// Builds the indexes concerned again, and records this machine's versions where all is right then.
// Of partitions it looks whether each row is within their bounds. Gives back what is in doubt
// still. Errors: as Session's, `no_space`, `canceled`.
Result<std::vector<std::string>> sort_anew(const LocalServer& server, const Progress& progress);

}  // namespace slip::postgresql
