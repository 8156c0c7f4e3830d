// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <charconv>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/dialect.h"
#include "adapters/mariadb/rights.h"
#include "adapters/mariadb/server_state.h"
#include "adapters/mariadb/session.h"
#include "adapters/mariadb/settings.h"
#include "adapters/mariadb/subset.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

// "binlog.000003:1234"; empty if there is no binary log.
Result<std::string> binlog_place(Session& session) {
  const auto rows = TRY(session.query("SHOW MASTER STATUS"));
  if (rows.empty() || rows.front().size() < 2) return std::string();
  return rows.front()[0].value_or("") + ":" + rows.front()[1].value_or("");
}

// What the server would make of a password. Given that, it asks none of the plugins that judge
// passwords by production's rules.
std::string native_hash(const std::string& password) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> once;
  std::array<unsigned char, SHA_DIGEST_LENGTH> twice;
  // The library only reads the text.
  ::SHA1(reinterpret_cast<const unsigned char*>(password.data()), password.size(), once.data());
  ::SHA1(once.data(), once.size(), twice.data());
  std::string text = "*";
  for (const unsigned char byte : twice) text += fmt::format("{:02X}", byte);
  return text;
}

constexpr std::string_view kRedoLogBytes = "32M";

class Mariadb final : public Dialect {
 public:
  Mariadb();

  Program initializer() const override { return {"mariadb-install-db", "mariadb-server-core"}; }
  // Its administrator comes in through the socket as the system's root only. The redo log has the
  // size that servers give it, and is not made anew by the first. Everything is synced once, at the
  // end of the ingest.
  std::vector<std::string> initializer_arguments(const fs::path& data, const fs::path& tmp,
                                                 const Settings& settings) const override {
    std::vector<std::string> arguments = {"--no-defaults",
                                          "--datadir=" + data.string(),
                                          "--tmpdir=" + tmp.string(),
                                          "--skip-test-db",
                                          "--skip-name-resolve",
                                          "--auth-root-authentication-method=socket",
                                          "--auth-root-socket-user=root",
                                          "--innodb-log-file-size=" + std::string(kRedoLogBytes),
                                          "--innodb-flush-log-at-trx-commit=0",
                                          "--debug-no-sync"};
    for (auto& option : options_at_birth(settings)) arguments.push_back(std::move(option));
    return arguments;
  }
  std::optional<Program> upgrader() const override {
    return Program{"mariadb-upgrade", "mariadb-client"};
  }
  Result<std::optional<Series>> noted_series(const Directory& data) const override {
    for (const char* name : {"mariadb_upgrade_info", "mysql_upgrade_info"}) {
      if (const auto text = TRY(read_if_there(data, name, 4096))) return find_series(*text);
    }
    return std::optional<Series>();
  }
  Result<std::string> why_not(const Directory& data) const override {
    if (TRY(data.has_file("mysql.ibd"))) {
      return std::string("is a data directory of MySQL, not of MariaDB");
    }
    if (!TRY(data.has_directory("mysql")) ||
        (!TRY(data.has_file("ibdata1")) && !TRY(data.has_file("aria_log_control")))) {
      return std::string("is not a data directory of MariaDB");
    }
    if (!TRY(data.has_file("ib_logfile0"))) {
      return std::string("has no ib_logfile0: its redo log lies elsewhere");
    }
    return std::string();
  }
  Result<NameCase> name_case(const Directory& data) const override {
    return name_case_by_names(data);
  }
  bool ties_to_origin(const std::string& name) const override {
    return name.ends_with(".info") && !name.ends_with("upgrade_info");
  }
  Result<std::vector<fs::path>> redo_logs(const Directory&) const override {
    return std::vector<fs::path>{"ib_logfile0"};
  }

  std::string own_user_statements(const std::string& password) const override {
    return "SET sql_log_bin=0, tx_read_only=0;\n"
           "CREATE USER IF NOT EXISTS slipstream@localhost;\n"
           "ALTER USER slipstream@localhost IDENTIFIED VIA mysql_native_password USING '" +
           native_hash(password) + "' REQUIRE NONE " + std::string(kOwnLimits) +
           " PASSWORD EXPIRE NEVER ACCOUNT UNLOCK;\n"
           "GRANT ALL PRIVILEGES ON *.* TO slipstream@localhost WITH GRANT OPTION;\n"
           "CREATE ROLE IF NOT EXISTS slipstream_login WITH ADMIN slipstream@localhost;\n";
  }
  std::string identified_by(Session& session, const std::string& password) const override {
    return "IDENTIFIED VIA mysql_native_password USING " +
           session.quote_text(native_hash(password));
  }
  std::string_view identified_by_nothing() const override {
    return "IDENTIFIED VIA mysql_native_password USING 'invalid'";
  }
  std::string_view marked_logins() const override {
    return "SELECT User, Host FROM mysql.roles_mapping WHERE Role = 'slipstream_login'";
  }
  Result<bool> is_login_ready(Session& session, const Login& login,
                              LoginRights rights) const override {
    const std::string compared = rights == LoginRights::superuser ? "=" : "<>";
    const auto rows = TRY(session.query(
        "SELECT COUNT(*) FROM mysql.global_priv AS us, mysql.global_priv AS own, "
        "mysql.roles_mapping AS mark WHERE us.User = " +
        session.quote_text(login.user) +
        " AND us.Host IN ('localhost', '127.0.0.1') AND own.User = 'slipstream' "
        "AND own.Host = 'localhost' AND mark.User = us.User AND mark.Host = us.Host "
        "AND mark.Role = 'slipstream_login' "
        "AND JSON_VALUE(us.Priv, '$.plugin') = 'mysql_native_password' "
        "AND JSON_VALUE(us.Priv, '$.authentication_string') = PASSWORD(" +
        session.quote_text(login.password) + ") AND JSON_VALUE(us.Priv, '$.access') " + compared +
        " JSON_VALUE(own.Priv, '$.access') "
        "AND COALESCE(JSON_VALUE(us.Priv, '$.account_locked'), 0) = 0"));
    return !rows.empty() && rows.front().front() == "2";
  }
  Result<> note_login(Session&, const Account&, const std::string&) const override { return {}; }
  bool may_read_routines(const std::vector<std::string>& grants) const override {
    return mariadb::may_read_routines(grants);
  }
  std::string_view routines_right() const override { return "SELECT on mysql.proc"; }

  Result<DataPosition> position(Session& session) const override {
    constexpr int tries = 3;
    DataPosition position;
    for (int round = 0; round < tries; ++round) {
      const std::string place = TRY(binlog_place(session));
      const auto rows = TRY(
          session.query("SELECT @@GLOBAL.gtid_current_pos, FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000)"));
      if (rows.empty()) return Error{.message = "the server does not say where it is"};
      position.mark = rows.front()[0].value_or("");
      position.position = position_text(rows.front()[0].value_or(""), place);
      const std::string ms = rows.front()[1].value_or("");
      std::from_chars(ms.data(), ms.data() + ms.size(), position.at.ms);
      if (TRY(binlog_place(session)) == place) break;
    }
    return position;
  }
  Result<> take_for_done(Session& session, const std::string& gtids) const override {
    TRY(session.query("SET GLOBAL gtid_slave_pos = " + session.quote_text(gtids)));
    return {};
  }
  // Only a server with a binary log knows a position, and tells it within the dump's transaction.
  std::vector<std::string> dump_arguments(const Dumped& from) const override {
    std::vector<std::string> arguments;
    if (from.encrypts) arguments.emplace_back("--ssl");
    if (from.has_log) arguments.insert(arguments.end(), {"--master-data=2", "--gtid"});
    return arguments;
  }

  Result<std::string> why_not_followed(Session& production) const override {
    const auto rows = TRY(production.query("SELECT @@log_bin"));
    if (!rows.empty() && rows.front()[0] == "1") return std::string();
    return std::string("has no binary log, so that nobody can follow it");
  }
  std::vector<std::string> follow_statements(Session& session, const UrlOrigin& production,
                                             bool encrypts) const override {
    return {fmt::format("CHANGE MASTER TO MASTER_HOST = {}, MASTER_PORT = {}, MASTER_USER = {}, "
                        "MASTER_PASSWORD = {}, MASTER_CONNECT_RETRY = 2, MASTER_USE_GTID = "
                        "slave_pos, MASTER_SSL = {}, MASTER_SSL_VERIFY_SERVER_CERT = 0",
                        session.quote_text(production.host), production.port,
                        session.quote_text(production.user),
                        session.quote_text(production.password), encrypts ? 1 : 0),
            "START SLAVE"};
  }
  std::string pass_over(Session& session, const std::set<TableName>& tables) const override {
    std::string list;
    for (const auto& table : tables) list += (list.empty() ? "" : ",") + table.text();
    return "SET GLOBAL replicate_ignore_table = " + session.quote_text(list);
  }
  std::string wait_for(Session& session, const std::string& gtids) const override {
    return "SELECT MASTER_GTID_WAIT(" + session.quote_text(gtids) +
           ", 0.5), @@GLOBAL.gtid_slave_pos";
  }
  const SubsetScript& subset() const override { return mariadb_subset(); }
};

Mariadb::Mariadb() {
  kind = "mariadb";
  product = "MariaDB";
  server = {"mariadbd", "mariadb-server-core"};
  client = {"mariadb", "mariadb-client"};
  dump = {"mariadb-dump", "mariadb-client"};
  log_reader = {"mariadb-binlog", "mariadb-server"};
  // Debian's and openSUSE's, Fedora's, Arch's; then those of whoever installs it by hand.
  folders = {"/usr/sbin",
             "/usr/libexec",
             "/usr/bin",
             "/usr/local/mariadb/bin",
             "/usr/local/mysql/bin",
             "/opt/mariadb/*/bin"};
  folders_option = "--mariadb-programs";
  oldest = {10, 6};
  first_with_replay = {10, 8};
  // Numbers that a session has chosen, or that began anew, are as right as others.
  log_reader_options = {"--skip-gtid-strict-mode"};
  first_with_tls = {11, 4};
  first_with_history = Series{10, 11};
  option_group = "mariadbd";
  defaults = {
      {"performance_schema", "OFF"},
      {"character_set_server", "utf8mb4"},
      {"log_warnings", "1"},
      {"max_allowed_packet", "64M"},
      {"innodb_buffer_pool_size", "256M"},
      {"innodb_buffer_pool_load_at_startup", "OFF"},
      {"innodb_buffer_pool_dump_at_shutdown", "OFF"},
      {"innodb_log_file_size", kRedoLogBytes},
      {"innodb_max_dirty_pages_pct_lwm", "1"},
      {"innodb_flush_neighbors", "0"},
      {"max_binlog_size", "64M"},
      {"log_bin_compress", "ON"},
      // Production may have no binary log; functions that it takes must be taken here.
      {"log_bin_trust_function_creators", "ON"},
  };
  fixed = {
      "--datadir=.",
      "--bind-address=127.0.0.1",
      "--innodb-log-group-home-dir=./",
      "--tmpdir=../tmp",
      "--slave-load-tmpdir=../tmp",
      "--innodb-monitor-enable=trx_rw_commits,trx_rollbacks",  // unlogged.h asks for these
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
      "--strict-password-validation=OFF",  // identified_by
      "--skip-log-error",
      "--innodb-doublewrite=ON",
      "--innodb-read-only=OFF",
      "--innodb-force-recovery=0",
  };
  of_private_server = {"--skip-networking=ON",
                       "--sync-binlog=0",
                       "--event-scheduler=OFF",
                       "--innodb-flush-log-at-trx-commit=0",
                       "--debug-no-sync",
                       "--innodb-doublewrite=OFF",
                       "--innodb-buffer-pool-size=512M",
                       "--max-allowed-packet=1G"};
  of_replay = {"--innodb-strict-mode=OFF", "--system-versioning-alter-history=KEEP",
               "--max-statement-time=0"};
  of_follower = {"--skip-networking=ON", "--read-only=ON", "--event-scheduler=OFF",
                 "--slave-net-timeout=20"};
  of_follower.insert(of_follower.end(), of_replay.begin(), of_replay.end());
  writes =
      "tx_read_only = 0, max_statement_time = 0, idle_transaction_timeout = 0, "
      "idle_write_transaction_timeout = 0";
  session_settings =
      "SET SESSION sql_log_bin=0, sql_mode='', lock_wait_timeout=3, innodb_lock_wait_timeout=3, "
      "max_statement_time=5, sql_log_off=1, slow_query_log=0, autocommit=1, old_passwords=0, "
      "tx_read_only=0";
  reserved_logins = {"slipstream", "slipstream_login", "mariadb.sys", "PUBLIC"};
  system_tables = {"global_priv",
                   "db",
                   "tables_priv",
                   "columns_priv",
                   "procs_priv",
                   "proxies_priv",
                   "roles_mapping",
                   "servers",
                   "plugin",
                   "func",
                   "time_zone",
                   "time_zone_name",
                   "time_zone_leap_second",
                   "time_zone_transition",
                   "time_zone_transition_type"};
  gtids_query = "SELECT @@GLOBAL.gtid_current_pos, @@GLOBAL.gtid_binlog_pos";
  followed_gtids_query = "SELECT @@GLOBAL.gtid_slave_pos";
  stop_replication = "STOP SLAVE";
  forget_replication = "RESET SLAVE ALL";
  replication_status = "SHOW SLAVE STATUS";
  replication_password_max = 96;
  skip_errors = "slave-skip-errors";
}

}  // namespace

const Dialect& mariadb_dialect() {
  static const Mariadb dialect;
  return dialect;
}

}  // namespace slip::mariadb
