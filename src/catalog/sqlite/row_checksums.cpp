// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/row_checksums.h"

#include <string>
#include <vector>

namespace slip::sqlite {
namespace {

// FNV-1a: each of its steps can be undone, so that one changed byte always changes the result.
class Hash {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) {
      hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    }
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

// The order of the rows is kept by the library's own structure.
bool counts(std::string_view column) {
  return column != "checksum" && column != "sequence";
}

Result<std::vector<std::string>> texts(Connection& connection, const std::string& sql,
                                       const Row& values = {}) {
  std::vector<std::string> found;
  for (const Row& row : TRY(connection.query(sql, values))) {
    if (const auto* text = std::get_if<std::string>(&row.at(0))) found.push_back(*text);
  }
  return found;
}

struct Table {
  std::string name;
  std::vector<std::string> columns;  // those that count
};

// Those whose rows have checksums.
Result<std::vector<Table>> tables(Connection& connection) {
  std::vector<Table> found;
  for (auto& name : TRY(texts(connection,
                              "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN "
                              "(SELECT m.name FROM sqlite_schema AS m, pragma_table_info(m.name) "
                              "AS c WHERE c.name = 'checksum') ORDER BY name"))) {
    Table table{.name = std::move(name), .columns = {}};
    for (auto& column :
         TRY(texts(connection, "SELECT name FROM pragma_table_info(?)", {table.name}))) {
      if (counts(column)) table.columns.push_back(std::move(column));
    }
    found.push_back(std::move(table));
  }
  return found;
}

// `see` gets each row's sequence, what its checksum is, and what it should be.
template <class See>
Result<> each_row(Connection& connection, const Table& table, See see) {
  std::string sql = "SELECT sequence, checksum";
  for (const auto& column : table.columns) sql += ", \"" + column + "\"";
  sql += " FROM \"" + table.name + "\" WHERE sequence > ? ORDER BY sequence LIMIT 1000";
  Value last = std::int64_t{-1};
  while (true) {
    const auto rows = TRY(connection.query(sql, {last}));
    if (rows.empty()) return {};
    for (const Row& row : rows) {
      RowChecksum sum;
      for (std::size_t place = 0; place < table.columns.size(); ++place) {
        sum.add(table.columns[place], row.at(place + 2));
      }
      TRY(see(row.at(0), row.at(1), sum.value()));
    }
    last = rows.back().at(0);
  }
}

}  // namespace

void RowChecksum::add(std::string_view column, const Value& value) {
  if (!counts(column) || std::holds_alternative<std::monostate>(value)) return;
  Hash hash;
  hash.add(column);
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    hash.add("=");
    hash.add(std::to_string(*number));
  } else {
    hash.add("\"");
    hash.add(std::get<std::string>(value));
  }
  sum_ += hash.value();
}

Row fact_row(std::string_view name, std::string_view value) {
  Row row{std::string(name), std::string(value)};
  RowChecksum sum;
  sum.add("name", row[0]);
  sum.add("value", row[1]);
  row.emplace_back(sum.value());
  return row;
}

namespace {

constexpr std::string_view schema_fact = "schema";

// Of what the schema says; where its tables begin may change.
Result<std::string> schema_checksum(Connection& connection) {
  std::uint64_t sum = 0;
  for (const Row& row :
       TRY(connection.query("SELECT type, name, tbl_name, sql FROM sqlite_schema "
                            "WHERE substr(name, 1, 7) <> 'sqlite_' ORDER BY name"))) {
    RowChecksum one;
    for (std::size_t place = 0; place < row.size(); ++place) {
      one.add(std::to_string(place), row[place]);
    }
    sum = sum * 31 + static_cast<std::uint64_t>(one.value());
  }
  return std::to_string(sum);
}

Error damaged(const std::string& what) {
  return Error{.code = ErrorCode::unavailable,
               .message = "the catalog is damaged: " + what + " does not hold what was written"};
}

}  // namespace

Result<> fill_checksums(Connection& connection) {
  const auto all = TRY(tables(connection));
  if (all.empty()) return {};
  TRY(connection.run(put_fact_sql, fact_row(schema_fact, TRY(schema_checksum(connection)))));
  for (const Table& table : all) {
    const std::string update = "UPDATE \"" + table.name + "\" SET checksum = ? WHERE sequence = ?";
    TRY(each_row(connection, table,
                 [&](const Value& sequence, const Value& is, std::int64_t should) -> Result<> {
                   if (is == Value(should)) return {};
                   return connection.run(update, {should, sequence});
                 }));
  }
  return {};
}

Result<> verify_checksums(Connection& connection) {
  const auto all = TRY(tables(connection));
  if (all.empty()) return {};
  const auto known =
      TRY(texts(connection, "SELECT value FROM facts WHERE name = ?", {std::string(schema_fact)}));
  if (known != std::vector{TRY(schema_checksum(connection))}) return damaged("its schema");
  for (const Table& table : all) {
    TRY(each_row(connection, table,
                 [&](const Value& sequence, const Value& is, std::int64_t should) -> Result<> {
                   if (is == Value(should)) return {};
                   const auto* number = std::get_if<std::int64_t>(&sequence);
                   return damaged("row " + std::to_string(number == nullptr ? 0 : *number) +
                                  " of its " + table.name);
                 }));
  }
  return {};
}

}  // namespace slip::sqlite
