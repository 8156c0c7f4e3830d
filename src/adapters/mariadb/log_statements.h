// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "adapters/mariadb/table_name.h"

namespace slip::mariadb {

// Of a statement that a binary log has as text: true if carrying it out anew may come to something
// else than the first time. What changes rows is logged by rows, unless a session chose
// otherwise (binlog_format), and what it then read, in tables, of the clock or from UUID(), is not
// there any more. Definitions come out alike, but for defaults such as UUID() that a new column
// gives to the rows that are there, and for what goes by the order in which they lie. To be on the
// safe side, what is not known is true.
bool may_come_out_differently(std::string_view statement);

// True if it makes, changes, renames or drops tables, databases or the like.
bool changes_definitions(std::string_view statement);

// True if such a statement may be about that table, as files call it.
bool may_be_about(std::string_view statement, const TableName& table);

}  // namespace slip::mariadb
