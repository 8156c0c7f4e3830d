// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "adapters/mariadb/table_name.h"
#include "base/result.h"

namespace slip::mariadb {

// Takes what the log's reader says on its way to a client and leaves out what changes rows of
// certain tables: events within its BINLOG statements. All else goes on as it is.
// "MySQL Source Code Documentation: Table_map_event, Rows_event".
class RowsFilter {
 public:
  explicit RowsFilter(std::set<TableName> tables) : tables_(std::move(tables)) {}

  // What goes on of the next piece; after the last one: of an empty one. Errors: `out_of_range` (it
  // is of a form in which nothing can be left out).
  Result<std::string> take(std::string_view piece);

  // Whether a statement that gives tables other names may have gone on.
  bool may_rename() const { return may_rename_; }

 private:
  Result<> take_line(std::string_view line, std::string& on);
  Result<std::string> without(const std::string& base64);
  // Of the table that it is of; events of none stay.
  bool is_left_out(std::string_view event);

  std::set<TableName> tables_;
  std::set<std::uint64_t> numbers_;  // that the log has for them now
  std::string line_;                 // that has not ended yet
  std::string statement_;            // the lines of a BINLOG that has not
  bool is_within_ = false;
  bool is_open_ = false;  // the last rows that went on are followed by more of their statement
  bool may_rename_ = false;
};

}  // namespace slip::mariadb
