// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "adapters/mariadb/rows_filter.h"
#include "adapters/mariadb/session.h"
#include "base/result.h"

namespace slip::mariadb {

// Tables of the engine MEMORY. A server that starts has them without their rows.
using MemoryTables = std::set<TableName>;
Result<MemoryTables> read_memory_tables(Session& session);

// Of a server that has just started. Whoever touches such a table first has the server write to its
// log that it is empty. Now that is we, whose session has no log; MySQL writes it all the same.
Result<MemoryTables> read_emptied_tables(Session& session);

// At the end of a replay that has left their rows out: none of them has become a table that keeps
// its rows, as it would lack them. `may_rename`: some of the statements gave tables other names.
// Errors: `out_of_range`.
Result<> check_still_in_memory(Session& session, const MemoryTables& tables, bool may_rename);

// "shop.cache, shop.sessions and 3 more"
std::string names_of(const MemoryTables& tables);

}  // namespace slip::mariadb
