#include "adapters/mariadb/server_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

Result<> sync_file(const fs::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + path.string());
  if (::fdatasync(fd.get()) != 0) return error_from_errno(errno, "sync " + path.string());
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

// "binlog.000003:1234"; empty if there is no binary log.
Result<std::string> binlog_place(Session& session) {
  const auto rows = TRY(session.query("SHOW MASTER STATUS"));
  if (rows.empty() || rows.front().size() < 2) return std::string();
  return rows.front()[0].value_or("") + ":" + rows.front()[1].value_or("");
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
  TRY(sync_file(layout.data / "ib_logfile0"));
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

Result<DataPosition> read_position(Session& session) {
  constexpr int tries = 3;
  DataPosition position;
  for (int round = 0; round < tries; ++round) {
    const std::string place = TRY(binlog_place(session));
    const auto rows = TRY(
        session.query("SELECT @@GLOBAL.gtid_current_pos, FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000)"));
    if (rows.empty()) return Error{.message = "the server does not say where it is"};
    position.mark = rows.front()[0].value_or("");
    position.position = position_text(rows.front()[0].value_or(""), place);
    const std::string milliseconds = rows.front()[1].value_or("");
    std::from_chars(milliseconds.data(), milliseconds.data() + milliseconds.size(), position.at.ms);
    if (TRY(binlog_place(session)) == place) break;
  }
  return position;
}

}  // namespace slip::mariadb
