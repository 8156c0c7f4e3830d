// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slip::postgresql {

// Of a script of pg_restore --create, the statements that give the database its own settings, and
// roles theirs in it, for another one, `database` as it stands in SQL. Without what a copy has not,
// or could not be filled with: libraries, tablespaces, and that it can only be read.
std::vector<std::string> settings_of_database(std::string_view script, const std::string& database);

}  // namespace slip::postgresql
