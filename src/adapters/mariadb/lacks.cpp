// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/lacks.h"

#include <algorithm>
#include <set>

namespace slip::mariadb {

namespace {

// More are counted only.
constexpr std::size_t kLacksNamedMax = 20;
// To look into a table is to wait for who has it locked.
constexpr Duration kLookPatience{500};

constexpr const char* kOthers =
    "TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')";

struct Table {
  std::string schema;
  std::string name;

  std::string text() const { return schema + "." + name; }
  std::string quoted() const {
    return Session::quote_name(schema) + "." + Session::quote_name(name);
  }
  bool operator<(const Table& other) const { return text() < other.text(); }
};

Result<std::vector<Table>> tables_where(Session& session, const std::string& condition) {
  std::vector<Table> tables;
  for (const Row& row :
       TRY(session.query("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE " +
                         condition + " AND " + kOthers + " ORDER BY 1, 2"))) {
    tables.push_back({row[0].value_or(""), row[1].value_or("")});
  }
  return tables;
}

void add_all(std::vector<std::string>& lacks, const std::vector<std::string>& more,
             const std::string& kind) {
  const auto shown = std::min(more.size(), kLacksNamedMax);
  lacks.insert(lacks.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(shown));
  if (more.size() > shown) {
    lacks.push_back("that of " + std::to_string(more.size() - shown) + " more " + kind);
  }
}

// One that cannot be looked into now has rows, as far as we know.
Result<std::vector<std::string>> memory_tables(Session& session) {
  std::vector<std::string> found;
  for (const Table& table : TRY(tables_where(session, "ENGINE = 'MEMORY'"))) {
    const auto rows = session.query("SELECT 1 FROM " + table.quoted() + " LIMIT 1", kLookPatience);
    if (!rows && rows.error().code != ErrorCode::failed) return rows.error();
    if (!rows || !rows->empty()) found.push_back("the rows of the MEMORY table " + table.text());
  }
  return found;
}

Result<std::vector<std::string>> tables_being_written(Session& session) {
  const auto all = TRY(tables_where(session, "ENGINE IN ('MyISAM', 'Aria')"));
  if (all.empty()) return std::vector<std::string>();
  const std::set<Table> without_transactions(all.begin(), all.end());
  std::vector<std::string> found;
  for (const Row& row : TRY(session.query("SHOW OPEN TABLES WHERE In_use > 0"))) {
    const Table table{row[0].value_or(""), row[1].value_or("")};
    if (!without_transactions.contains(table)) continue;
    found.push_back("the rest of what was being written to " + table.text() +
                    ", which knows no transactions and may need CHECK TABLE");
  }
  return found;
}

// Those that were never asked have no number in the cache.
Result<std::vector<std::string>> sequences(Session& session) {
  std::vector<std::string> found;
  for (const Table& table : TRY(tables_where(session, "TABLE_TYPE = 'SEQUENCE'"))) {
    const auto rows =
        session.query("SELECT cache_size FROM " + table.quoted() +
                          " WHERE cache_size > 1 AND next_not_cached_value <> start_value",
                      kLookPatience);
    if (!rows && rows.error().code != ErrorCode::failed) return rows.error();
    if (rows && rows->empty()) continue;
    const std::string upto = rows ? rows->front()[0].value_or("") : "some";
    found.push_back("the next value of the sequence " + table.text() + ", which is up to " + upto +
                    " further");
  }
  return found;
}

}  // namespace

Result<Lacks> find_lacks(Session& session) {
  Lacks lacks;
  add_all(lacks.once_stopped, TRY(memory_tables(session)), "MEMORY tables");
  if (session.server_version().find("MariaDB") != std::string::npos) {
    add_all(lacks.once_stopped, TRY(sequences(session)), "sequences");
  }
  lacks.as_it_runs = lacks.once_stopped;
  add_all(lacks.as_it_runs, TRY(tables_being_written(session)), "tables");
  return lacks;
}

}  // namespace slip::mariadb
