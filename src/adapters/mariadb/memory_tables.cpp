// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/memory_tables.h"

#include <fmt/format.h>

namespace slip::mariadb {

namespace {

constexpr std::size_t kTablesNamedMax = 10;

std::string quoted(const TableName& table) {
  return Session::quote_name(table.database) + "." + Session::quote_name(table.table);
}

Error cannot_know(const TableName& table, const std::string& what) {
  return Error{
      .code = ErrorCode::out_of_range,
      .message = fmt::format("the MEMORY table {} {} after the point before that time, and "
                             "no copy has the rows that it had",
                             table.text(), what),
      .hint = "Choose a time before that, or that of a point on the timeline."};
}

}  // namespace

Result<MemoryTables> read_memory_tables(Session& session) {
  MemoryTables tables;
  for (const Row& row :
       TRY(session.query("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE "
                         "ENGINE = 'MEMORY' AND TABLE_SCHEMA NOT IN ('information_schema', "
                         "'performance_schema')"))) {
    tables.insert({.database = row[0].value_or(""), .table = row[1].value_or("")});
  }
  return tables;
}

Result<MemoryTables> read_emptied_tables(Session& session) {
  auto tables = TRY(read_memory_tables(session));
  for (const auto& table : tables) {
    TRY(session.query("SELECT 1 FROM " + quoted(table) + " LIMIT 1"));
  }
  return tables;
}

Result<> check_still_in_memory(Session& session, const MemoryTables& tables, bool may_rename) {
  for (const auto& table : tables) {
    const auto rows =
        TRY(session.query("SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = " +
                          session.quote_text(table.database) +
                          " AND TABLE_NAME = " + session.quote_text(table.table)));
    if (rows.empty() && may_rename) return cannot_know(table, "was dropped or renamed");
    if (!rows.empty() && rows.front().front().value_or("") != "MEMORY") {
      return cannot_know(table, "became one of another engine");
    }
  }
  return {};
}

std::string names_of(const MemoryTables& tables) {
  std::string text;
  std::size_t count = 0;
  for (const auto& table : tables) {
    if (++count > kTablesNamedMax) break;
    text += (text.empty() ? "" : ", ") + table.text();
  }
  if (tables.size() > kTablesNamedMax)
    text += fmt::format(" and {} more", tables.size() - kTablesNamedMax);
  return text;
}

}  // namespace slip::mariadb
