// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/connection.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cerrno>

namespace slip::sqlite {
namespace {

constexpr int busy_timeout_ms = 10'000;

ErrorCode code_of(const SQLite::Exception& failure, int system_errno) {
  switch (failure.getErrorCode()) {
    case SQLITE_FULL:
      return ErrorCode::no_space;
    case SQLITE_IOERR:
      return system_errno == ENOSPC || system_errno == EDQUOT ? ErrorCode::no_space
                                                              : ErrorCode::unavailable;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_PROTOCOL:
      return ErrorCode::unavailable;
    case SQLITE_CONSTRAINT:
      return failure.getExtendedErrorCode() == SQLITE_CONSTRAINT_UNIQUE ? ErrorCode::already_exists
                                                                        : ErrorCode::internal;
    default:
      return ErrorCode::internal;
  }
}

Error error_of(const SQLite::Exception& failure, sqlite3* handle) {
  const int system_errno = handle == nullptr ? 0 : sqlite3_system_errno(handle);
  const ErrorCode code = code_of(failure, system_errno);
  std::string hint;
  if (code == ErrorCode::no_space) {
    hint = "Make room on the file system that holds the catalog.";
  } else if (code == ErrorCode::unavailable) {
    hint = "Look at the disk and the file system that hold the catalog.";
  }
  return Error{.code = code,
               .message = std::string("the catalog's database says: ") + failure.what(),
               .hint = std::move(hint)};
}

Row row_of(SQLite::Statement& statement) {
  Row row;
  const int columns = statement.getColumnCount();
  row.reserve(static_cast<std::size_t>(columns));
  for (int place = 0; place < columns; ++place) {
    const SQLite::Column column = statement.getColumn(place);
    if (column.isNull()) {
      row.emplace_back();
    } else if (column.isInteger()) {
      row.emplace_back(column.getInt64());
    } else {
      row.emplace_back(column.getString());
    }
  }
  return row;
}

void bind(SQLite::Statement& statement, const Row& values) {
  int place = 0;
  for (const Value& value : values) {
    ++place;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      statement.bind(place, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      statement.bind(place, *text);
    } else {
      statement.bind(place);
    }
  }
}

std::string alone_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char byte : path) {
    if (byte == '%' || byte == '?' || byte == '#') {
      uri += byte == '%' ? "%25" : byte == '?' ? "%3f" : "%23";
    } else {
      uri += byte;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

Connection::Connection(std::unique_ptr<SQLite::Database> database)
    : database_(std::move(database)) {}

Connection::~Connection() = default;

template <class Work>
auto Connection::guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& failure) {
    return error_of(failure, database_->getHandle());
  }
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path,
                                                     ConnectionMode mode) {
  std::unique_ptr<Connection> connection;
  try {
    // Each connection is used by one thread at a time: it needs no lock of its own.
    const int flags =
        SQLite::OPEN_NOMUTEX |
        (mode == ConnectionMode::write ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY) |
        (mode == ConnectionMode::read_alone ? SQLite::OPEN_URI : 0);
    const std::string name =
        mode == ConnectionMode::read_alone ? alone_uri(path.string()) : path.string();
    connection.reset(
        new Connection(std::make_unique<SQLite::Database>(name, flags, busy_timeout_ms)));
  } catch (const SQLite::Exception& failure) {
    return in_context("open " + path.string(),
                      Result<std::unique_ptr<Connection>>(error_of(failure, nullptr)));
  }
  std::string pragmas = "PRAGMA temp_store = MEMORY;";
  if (mode == ConnectionMode::write) {
    pragmas +=
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA journal_size_limit = 67108864;";
  }
  TRY(in_context("open " + path.string(), connection->run_script(pragmas)));
  return connection;
}

SQLite::Statement& Connection::prepared(const std::string& sql, const Row& values) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    found = statements_.emplace(sql, SQLite::Statement(*database_, sql)).first;
  }
  found->second.tryReset();
  found->second.clearBindings();
  bind(found->second, values);
  return found->second;
}

Result<std::vector<Row>> Connection::query(const std::string& sql, const Row& values) {
  return guarded([&]() -> Result<std::vector<Row>> {
    SQLite::Statement& statement = prepared(sql, values);
    std::vector<Row> rows;
    while (statement.executeStep()) rows.push_back(row_of(statement));
    statement.tryReset();
    return rows;
  });
}

Result<> Connection::run(const std::string& sql, const Row& values) {
  return guarded([&]() -> Result<> {
    SQLite::Statement& statement = prepared(sql, values);
    // An error must reach the caller before the reset, which would report it again.
    while (statement.executeStep()) {
    }
    statement.tryReset();
    return {};
  });
}

Result<> Connection::run_script(const std::string& sql) {
  return guarded([&]() -> Result<> {
    database_->exec(sql);
    return {};
  });
}

Result<std::int64_t> Connection::number(const std::string& sql) {
  const std::vector<Row> rows = TRY(query(sql));
  if (rows.size() == 1 && !rows.front().empty()) {
    if (const auto* number = std::get_if<std::int64_t>(&rows.front().front())) return *number;
  }
  return Error{.code = ErrorCode::internal, .message = "expected one number from: " + sql};
}

std::vector<std::string> Connection::compiled() const {
  std::vector<std::string> statements;
  for (const auto& [sql, statement] : statements_) statements.push_back(sql);
  return statements;
}

Result<> Connection::copy_to(const std::filesystem::path& path) {
  return guarded([&]() -> Result<> {
    SQLite::Database copy(path.string(), SQLite::OPEN_READWRITE);
    SQLite::Backup backup(copy, *database_);
    backup.executeStep(-1);
    return {};
  });
}

std::int64_t Connection::changes() const {
  return sqlite3_total_changes(database_->getHandle());
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_->getHandle()) == 0;
}

void Connection::roll_back() {
  if (in_transaction()) database_->tryExec("ROLLBACK");
}

}  // namespace slip::sqlite
