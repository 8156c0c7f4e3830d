// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace slip::postgresql {

// The text of subset.sql: what is done with the rows of pg_temp.slip_named.
std::string_view subset_sql();

}  // namespace slip::postgresql
