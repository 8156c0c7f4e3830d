// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "catalog/sqlite/value.h"

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace slip::sqlite {

enum class ConnectionMode {
  read,
  write,
  read_alone,  // a file that nobody writes to: without its log, and leaving nothing beside it
};

// One connection to the database file, with the statements it has compiled. Not thread-safe.
// The only place that calls the SQLite library.
// Errors of every call: `no_space`; `unavailable` (busy, unreadable, unwritable or damaged);
// `already_exists` (a unique index says no); `internal`. Their messages hold no values.
class Connection {
 public:
  // The file must exist; an empty one is an empty database.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path,
                                                  ConnectionMode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // All rows of one statement, which is compiled once and kept.
  Result<std::vector<Row>> query(const std::string& sql, const Row& values = {});
  // One statement that has no rows.
  Result<> run(const std::string& sql, const Row& values = {});
  // Any number of statements without values, not kept.
  Result<> run_script(const std::string& sql);
  // The number in the first column of the only row.
  Result<std::int64_t> number(const std::string& sql);

  // The statements that query and run have compiled so far.
  std::vector<std::string> compiled() const;

  // Copies the whole database, as one consistent state, to an empty file.
  Result<> copy_to(const std::filesystem::path& path);

  // How many rows have been changed so far.
  std::int64_t changes() const;

  bool in_transaction() const;
  // Ends a transaction if there is one. Never fails: what cannot be rolled back was rolled back by
  // the library.
  void roll_back();

 private:
  explicit Connection(std::unique_ptr<SQLite::Database> database);

  template <class Work>
  auto guarded(Work work) -> decltype(work());
  SQLite::Statement& prepared(const std::string& sql, const Row& values);

  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<std::string, SQLite::Statement> statements_;  // gone before the database is
};

}  // namespace slip::sqlite
