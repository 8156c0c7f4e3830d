// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/session.h"
#include "base/result.h"

namespace slip::mariadb {

// Tables that their owner has placed elsewhere: DATA DIRECTORY, INDEX DIRECTORY, general
// tablespaces. What lies below kHome is in the source's directory of every copy; a sandbox shows it
// there.

struct PlacedTable {
  std::string table;  // "shop/orders", as the data directory calls it
  std::filesystem::path location;
};
// Those that lie outside of the source's directory, by what the data directory says. Without a
// sandbox every place that is not in the data directory is outside: copies could not find theirs.
enum class Home { shown, hidden };
Result<std::vector<PlacedTable>> tables_outside(const Layout& layout, Home home);

// The same of servers that keep places in their dictionary, asked of one that runs.
Result<std::vector<PlacedTable>> tablespaces_outside(Session& session, const Layout& layout,
                                                     Home home);

// One sentence each, tables of one place together.
std::vector<std::string> describe_outside(const std::vector<PlacedTable>& tables);

}  // namespace slip::mariadb
