// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slip::mariadb {

// What a user may do with everything in `database`, from the lines of SHOW GRANTS; "ALL PRIVILEGES"
// among it means everything. Rights on single tables do not count. Pure.
std::set<std::string> rights_on(const std::vector<std::string>& grants, std::string_view database);

// True if the user may read the bodies of routines, which are else left out of dumps silently.
bool may_read_routines(const std::vector<std::string>& grants);

// What of `wanted` is missing, as GRANT takes it: "SHOW VIEW, TRIGGER". Empty if nothing is.
std::string missing_rights(const std::set<std::string>& have,
                           const std::vector<std::string>& wanted);

}  // namespace slip::mariadb
