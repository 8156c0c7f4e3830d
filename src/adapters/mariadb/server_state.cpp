// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/server_state.h"

#include <unistd.h>

#include <cerrno>
#include <set>

#include "adapters/mariadb/binary_log.h"
#include "adapters/mariadb/dialect.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

// Of what a server of good will changes over to meanwhile.
constexpr int kRoundsMax = 16;

Result<> sync_file(const Directory& directory, const fs::path& name) {
  const UniqueFd fd = TRY(directory.open_file(name));
  if (::fdatasync(fd.get()) == 0) return {};
  return error_from_errno(errno, "sync " + (directory.path() / name).string());
}

// The server makes new files of the log while these are synced, and removes those it needs no more.
Result<> sync_redo_logs(const Dialect& dialect, const Directory& data) {
  std::set<fs::path> synced;
  bool found_more = true;
  for (int round = 0; found_more && round < kRoundsMax; ++round) {
    found_more = false;
    for (const fs::path& file : TRY(dialect.redo_logs(data))) {
      if (synced.contains(file)) continue;
      const auto done = sync_file(data, file);
      if (!done && done.error().code != ErrorCode::not_found) return done;
      found_more = synced.insert(file).second;
    }
  }
  return {};
}

// The one that is written to, and the one before: the server may have changed over just now.
Result<> sync_newest_binlogs(const Directory& log) {
  auto files = TRY(binlog_files_in(log));
  for (int count = 0; count < 2 && !files.empty(); ++count) {
    const auto newest = std::prev(files.end());
    const auto done = sync_file(log, newest->second);
    if (!done && done.error().code != ErrorCode::not_found) return done;
    files.erase(newest);
  }
  return {};
}

}  // namespace

Result<> make_durable(Session& session, const Layout& layout) {
  const auto rows = TRY(session.query("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit"));
  // With 1 and 2 all commits are in the file when they are acknowledged, but not all that goes
  // along with a definition: MariaDB 10.11.19 keeps the row of a new sequence in memory until the
  // next commit. With 0, which only the copy's owner can have set, the statement below does
  // nothing.
  const bool in_memory = !rows.empty() && rows.front().front() == "0";
  if (in_memory) TRY(session.query("SET GLOBAL innodb_flush_log_at_trx_commit = 2"));
  const auto written = session.query("FLUSH NO_WRITE_TO_BINLOG ENGINE LOGS");
  if (in_memory) TRY(session.query("SET GLOBAL innodb_flush_log_at_trx_commit = 0"));
  TRY(written);
  // By ourselves, since the server syncs neither on request unless it syncs every commit.
  TRY(sync_redo_logs(session.dialect(), TRY(layout.top->open_directory(kData))));
  return sync_newest_binlogs(TRY(layout.top->open_directory(kLog)));
}

Result<std::vector<std::string>> read_databases(Session& session) {
  std::vector<std::string> names;
  for (const Row& row : TRY(session.query(
           "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('mysql', "
           "'information_schema', 'performance_schema', 'sys') ORDER BY 1"))) {
    names.push_back(row.front().value_or(""));
  }
  return names;
}

Result<std::vector<Account>> read_definers(Session& session) {
  std::vector<Account> definers;
  for (const Row& row : TRY(session.query(
           "SELECT DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA <> 'sys' UNION "
           "SELECT DEFINER FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA <> 'sys' UNION "
           "SELECT DEFINER FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN ('sys', "
           "'mysql') UNION SELECT DEFINER FROM information_schema.EVENTS"))) {
    const std::string definer = row.front().value_or("");
    const auto at = definer.rfind('@');
    if (at == 0 || definer.empty()) continue;
    definers.push_back({.user = definer.substr(0, at),
                        .host = at == std::string::npos ? "" : definer.substr(at + 1)});
  }
  return definers;
}

std::string position_text(const std::string& gtid, const std::string& binlog_position) {
  return gtid + (gtid.empty() || binlog_position.empty() ? "" : " ") + binlog_position;
}

Result<DataPosition> read_position(Session& session) {
  return session.dialect().position(session);
}

}  // namespace slip::mariadb
