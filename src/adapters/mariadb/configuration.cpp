#include "adapters/mariadb/configuration.h"

#include <array>
#include <utility>

#include "adapters/mariadb/own_user.h"
#include "adapters/mariadb/session.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFileName = "slipstream.cnf";
constexpr std::string_view kOriginFileName = "slipstream_origin.cnf";

using Option = std::pair<std::string_view, std::string_view>;

// Defaults that a template's `conf.` may change. A small redo log, and dirty pages written from the
// first on, bound what a start from a snapshot has to recover (docs/adr/0007-mariadb-commits.md).
constexpr std::array kDefaults = {
    Option{"performance_schema", "OFF"},
    Option{"character_set_server", "utf8mb4"},
    Option{"log_warnings", "1"},
    Option{"max_allowed_packet", "64M"},
    Option{"innodb_buffer_pool_size", "256M"},
    Option{"innodb_buffer_pool_load_at_startup", "OFF"},
    Option{"innodb_buffer_pool_dump_at_shutdown", "OFF"},
    Option{"innodb_log_file_size", "32M"},
    Option{"innodb_max_dirty_pages_pct_lwm", "1"},
    Option{"innodb_flush_neighbors", "0"},
    Option{"max_binlog_size", "64M"},
    Option{"log_bin_compress", "ON"},
    // Production may have no binary log; functions that it takes must be taken here.
    Option{"log_bin_trust_function_creators", "ON"},
};

// What must hold. Paths are relative to the data directory, which servers work in: however long its
// own path, the socket's address stays within its limit of 107 bytes, and a clone changes nothing.
constexpr std::array kFixed = {
    "--datadir=.",
    "--bind-address=127.0.0.1",
    "--innodb-log-group-home-dir=./",
    "--tmpdir=../tmp",
    "--slave-load-tmpdir=../tmp",
    "--log-bin=../log/binlog",
    "--log-bin-index=../log/binlog.index",
    "--relay-log=../log/relay",
    "--relay-log-index=../log/relay.index",
    "--binlog-format=ROW",
    "--expire-logs-days=0",  // Adapter::trim_log decides
    "--gtid-strict-mode=OFF",
    "--log-slave-updates=ON",
    "--skip-slave-start",
    // A number that no server of people's has: a copy must not look like its origin to a replica.
    "--server-id=1936877936",
    "--skip-name-resolve=OFF",  // own_user.h says why
    "--skip-networking=OFF",
    "--skip-log-error",
    "--skip-ssl",
    "--innodb-doublewrite=ON",
    "--innodb-read-only=OFF",
    "--innodb-force-recovery=0",
};

// An option file's value: in double quotes, where only the backslash has a meaning.
std::string line_of(std::string_view name, std::string_view value) {
  std::string text(name);
  if (value.empty()) return text + "\n";
  text += " = \"";
  for (const char c : value) text += c == '\\' ? std::string("\\\\") : std::string(1, c);
  return text + "\"\n";
}

std::string our_file(const Settings& settings, const std::string& origin_options) {
  std::string text = "# Written by Slipstream.\n[mariadbd]\n";
  for (const auto& [name, value] : kDefaults) text += line_of(name, value);
  const bool relaxed = settings.durability == Durability::relaxed;
  // Never 0: then the binary log could hold what the tables have lost.
  text += line_of("innodb_flush_log_at_trx_commit", relaxed ? "2" : "1");
  text += line_of("sync_binlog", relaxed ? "0" : "1");
  text += origin_options;
  for (const auto& [name, value] : settings.conf) text += line_of(name, value);
  return text;
}

std::vector<std::string> arguments_with_run(const fs::path& data, const std::string& run) {
  std::vector<std::string> arguments = {"--defaults-file=" + (data / kFileName).string()};
  arguments.insert(arguments.end(), kFixed.begin(), kFixed.end());
  arguments.push_back("--socket=" + run + "/" + std::string(kSocketName));
  arguments.push_back("--pid-file=" + run + "/server.pid");
  arguments.push_back("--init-file=" + run + "/" + std::string(kInitFileName));
  return arguments;
}

}  // namespace

Result<> write_configuration(const fs::path& data, const Settings& settings, const RunUser& user) {
  const auto origin_options = read_file(data / kOriginFileName);
  return write_owned(data / kFileName, our_file(settings, origin_options.value_or("")), user);
}

Result<> write_origin_options(const fs::path& data, const std::string& options,
                              const RunUser& user) {
  return write_owned(data / kOriginFileName, options, user);
}

std::vector<std::string> server_arguments(const fs::path& data, std::uint16_t port) {
  std::vector<std::string> arguments = arguments_with_run(data, "../run");
  arguments.push_back("--port=" + std::to_string(port));
  return arguments;
}

std::vector<std::string> private_server_arguments(const fs::path& data, const fs::path& run) {
  std::vector<std::string> arguments = arguments_with_run(data, run.string());
  // Nobody waits for its commits: what it leaves is synced once, after its orderly end.
  for (const char* argument :
       {"--skip-networking=ON", "--sync-binlog=0", "--event-scheduler=OFF",
        "--innodb-flush-log-at-trx-commit=0", "--debug-no-sync", "--innodb-doublewrite=OFF",
        "--innodb-buffer-pool-size=512M", "--max-allowed-packet=1G"}) {
    arguments.emplace_back(argument);
  }
  return arguments;
}

}  // namespace slip::mariadb
