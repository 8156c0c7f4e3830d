// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "catalog/sqlite/connection.h"
#include "catalog/sqlite/value.h"

// Every row keeps a checksum of its values, in a column of that name, so that what a disk has
// changed is noticed: SQLite checks its structure and its log, and no values.

namespace slip::sqlite {

// Adds up the values of one row, in any order. NULL counts nothing, so that a row keeps its
// checksum when its table gets another column.
class RowChecksum {
 public:
  void add(std::string_view column, const Value& value);
  std::int64_t value() const { return static_cast<std::int64_t>(sum_); }

 private:
  std::uint64_t sum_ = 0;
};

// Gives every row of every table the checksum of what it holds, and notes the schema's own.
Result<> fill_checksums(Connection& connection);

// Fails with `unavailable`, naming the first row that does not hold what was written.
Result<> verify_checksums(Connection& connection);

// The values of put_fact_sql, which sets a fact (ports/catalog.h).
Row fact_row(std::string_view name, std::string_view value);
inline constexpr const char* put_fact_sql =
    "INSERT INTO facts (name, value, checksum) VALUES (?, ?, ?) ON CONFLICT (name) "
    "DO UPDATE SET value = excluded.value, checksum = excluded.checksum";

}  // namespace slip::sqlite
