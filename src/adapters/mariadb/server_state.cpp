#include "adapters/mariadb/server_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "adapters/mariadb/dialect.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

Result<> sync_file(const fs::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + path.string());
  if (::fdatasync(fd.get()) != 0) return error_from_errno(errno, "sync " + path.string());
  return {};
}

// The server makes new files of the log while these are synced, and removes those it needs no more.
Result<> sync_redo_logs(const Dialect& dialect, const fs::path& data) {
  std::set<fs::path> synced;
  for (bool found_more = true; found_more;) {
    found_more = false;
    for (const fs::path& file : dialect.redo_logs(data)) {
      if (synced.contains(file)) continue;
      const auto done = sync_file(file);
      if (!done && done.error().code != ErrorCode::not_found) return done;
      found_more = synced.insert(file).second;
    }
  }
  return {};
}

// The one that is written to, and the one before: the server may have changed over just now.
std::vector<fs::path> newest_binlogs(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const fs::path& path = entry.path();
    if (path.stem() == "binlog" && path.extension() != ".index") files.push_back(path);
  }
  const auto number = [](const fs::path& path) {
    return std::strtoull(path.extension().c_str() + 1, nullptr, 10);
  };
  std::ranges::sort(files, std::greater(), number);
  if (files.size() > 2) files.resize(2);
  return files;
}

}  // namespace

Result<> make_durable(Session& session, const Layout& layout) {
  const auto rows = TRY(session.query("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit"));
  // With 0, which only the copy's owner can have set, commits may still be in memory; with 1 and 2
  // all are in the file when they are acknowledged. The statement below writes them out with 2.
  const bool in_memory = !rows.empty() && rows.front().front() == "0";
  if (in_memory) {
    TRY(session.query("SET GLOBAL innodb_flush_log_at_trx_commit = 2"));
    const auto written = session.query("FLUSH NO_WRITE_TO_BINLOG ENGINE LOGS");
    TRY(session.query("SET GLOBAL innodb_flush_log_at_trx_commit = 0"));
    TRY(written);
  }
  // By ourselves, since the server syncs neither on request unless it syncs every commit.
  TRY(sync_redo_logs(session.dialect(), layout.data));
  for (const fs::path& file : newest_binlogs(layout.log)) TRY(sync_file(file));
  return {};
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
