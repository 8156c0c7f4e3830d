// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/mariadb/little_endian.h"

namespace slip::mariadb {

// A table as logs call it.
struct TableName {
  std::string database;
  std::string table;
  std::string text() const { return database + "." + table; }
  auto operator<=>(const TableName&) const = default;
};

// The one of a log's event that gives it a number, without its header:
// "[number 6][flags 2][length 1][database]\0[length 1][table]\0". Nothing: it is of another form.
inline std::optional<TableName> table_in_map(std::string_view body) {
  constexpr std::size_t names_at = 8;
  const std::size_t database_length = number_at(body, names_at, 1);
  const std::size_t table_at = names_at + 1 + database_length + 1;
  const std::size_t table_length = number_at(body, table_at, 1);
  if (table_at + 1 + table_length > body.size()) return std::nullopt;
  return TableName{.database = std::string(body.substr(names_at + 1, database_length)),
                   .table = std::string(body.substr(table_at + 1, table_length))};
}

}  // namespace slip::mariadb
