// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <regex>

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

// Passwords are kept salted, so that none can be compared with one that is given. What tells that
// an account still has it is a note on the account, of the password and of what is kept of it.
constexpr std::string_view kNote = "SHA2(CONCAT({}, HEX(authentication_string)), 256)";

constexpr std::string_view kRedoBytes = "64M";
constexpr const char* kRedo = "#innodb_redo";
constexpr std::size_t kRedoFilesMax = 1000;  // servers keep 32

class Mysql final : public Dialect {
 public:
  Mysql();

  Program initializer() const override { return server; }
  // With a password for its administrator that nobody learns. The redo log has the size that
  // servers give it: one that finds another changes its files, and ends where there is no room to.
  std::vector<std::string> initializer_arguments(const fs::path& data, const fs::path& tmp,
                                                 const Settings& settings) const override {
    std::vector<std::string> arguments = {
        "--no-defaults",
        "--initialize",
        "--datadir=" + data.string(),
        "--tmpdir=" + tmp.string(),
        "--secure-file-priv=",
        "--skip-log-bin",
        "--performance-schema=OFF",
        "--loose-innodb-redo-log-capacity=" + std::string(kRedoBytes),
        "--innodb-flush-method=nosync"};
    for (auto& option : options_at_birth(settings)) arguments.push_back(std::move(option));
    return arguments;
  }
  std::optional<Program> upgrader() const override { return std::nullopt; }
  // {"file_format":"1","upgrade_history":[..., {"date":"...","version":"9.7.4",...}]}; before 8.4
  // only the number.
  Result<std::optional<Series>> noted_series(const Directory& data) const override {
    if (const auto history = TRY(read_if_there(data, "mysql_upgrade_history", 1 << 20))) {
      constexpr std::string_view mark = "\"version\":\"";
      const auto at = history->rfind(mark);
      if (at != std::string::npos) return find_series(history->substr(at + mark.size(), 16));
    }
    const auto text = TRY(read_if_there(data, "mysql_upgrade_info", 4096));
    return text ? find_series(*text) : std::nullopt;
  }
  // "MySQL 8.4 Reference Manual, 3.2: Upgrade Paths": only from the long-term series before.
  bool upgrades(Series data, Series reader) const override {
    return data <= reader && (data.major != 8 || data.minor >= 4 || reader.major == 8);
  }
  Result<std::string> why_not(const Directory& data) const override {
    const bool has_dictionary = TRY(data.has_file("mysql.ibd"));
    if (!TRY(data.has_directory("mysql")) || (!TRY(data.has_file("ibdata1")) && !has_dictionary)) {
      return std::string("is not a data directory of MySQL");
    }
    if (!has_dictionary) {
      return std::string(TRY(data.has_file("aria_log_control"))
                             ? "is a data directory of MariaDB, not of MySQL"
                             : "is a data directory of MySQL before 8.0");
    }
    if (!TRY(data.has_directory(kRedo)) && !TRY(data.has_file("ib_logfile0"))) {
      return std::string("has no #innodb_redo: its redo log lies elsewhere");
    }
    return std::string();
  }
  Result<NameCase> name_case(const Directory& data) const override {
    return name_case_in_dictionary(data);
  }
  // Its name in replication, what was set there with SET PERSIST (which would win over our
  // arguments), and its keys.
  bool ties_to_origin(const std::string& name) const override {
    return name == "auto.cnf" || name.starts_with("mysqld-auto.cnf") || name.ends_with(".pem");
  }
  Result<std::vector<fs::path>> redo_logs(const Directory& data) const override {
    std::vector<fs::path> files;
    if (TRY(data.has_directory(kRedo))) {
      const Directory redo = TRY(data.open_directory(kRedo));
      for (const auto& entry : TRY(redo.list(kRedoFilesMax))) {
        // Those that end so are spare ones.
        if (!entry.name.ends_with("_tmp")) files.push_back(fs::path(kRedo) / entry.name);
      }
    }
    if (!files.empty()) return files;
    return std::vector<fs::path>{"ib_logfile0", "ib_logfile1"};
  }

  std::string own_user_statements(const std::string& password) const override {
    return "SET sql_log_bin=0, transaction_read_only=0;\n"
           "SET @slipstream_was = @@GLOBAL.super_read_only;\n"
           "SET GLOBAL super_read_only = 0;\n"
           "CREATE USER IF NOT EXISTS slipstream@localhost;\n"
           "ALTER USER slipstream@localhost IDENTIFIED WITH caching_sha2_password BY '" +
           password + "' REQUIRE NONE " + std::string(kOwnLimits) +
           " PASSWORD EXPIRE NEVER ACCOUNT UNLOCK;\n"
           "GRANT ALL PRIVILEGES ON *.* TO slipstream@localhost WITH GRANT OPTION;\n"
           "CREATE ROLE IF NOT EXISTS slipstream_login;\n"
           "SET GLOBAL super_read_only = @slipstream_was;\n";
  }
  std::string identified_by(Session& session, const std::string& password) const override {
    return "IDENTIFIED WITH caching_sha2_password BY " + session.quote_text(password);
  }
  std::string_view identified_by_nothing() const override {
    return "IDENTIFIED BY RANDOM PASSWORD";
  }
  std::string_view marked_logins() const override {
    return "SELECT TO_USER, TO_HOST FROM mysql.role_edges WHERE FROM_USER = 'slipstream_login'";
  }
  Result<bool> is_login_ready(Session& session, const Login& login,
                              LoginRights wanted) const override {
    const std::string compared = wanted == LoginRights::superuser ? " = " : " < ";
    const std::string note = fmt::format(kNote, session.quote_text(login.password));
    const auto rights = [](const char* grantee) {
      return fmt::format(
          "(SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = {} AND "
          "IS_GRANTABLE = 'YES')",
          grantee);
    };
    const auto rows = TRY(session.query(
        "SELECT COUNT(*) FROM mysql.user AS us JOIN mysql.role_edges AS mark ON mark.TO_USER = "
        "us.User AND mark.TO_HOST = us.Host AND mark.FROM_USER = 'slipstream_login' WHERE us.User "
        "= " +
        session.quote_text(login.user) +
        " AND us.Host IN ('localhost', '127.0.0.1') AND us.account_locked = 'N' AND "
        "JSON_UNQUOTE(JSON_EXTRACT(us.User_attributes, '$.metadata.slipstream')) = " +
        note + " AND " + rights("CONCAT('''', us.User, '''@''', us.Host, '''')") + compared +
        rights("'''slipstream''@''localhost'''")));
    return !rows.empty() && rows.front().front() == "2";
  }
  Result<> note_login(Session& session, const Account& account,
                      const std::string& password) const override {
    const auto rows =
        TRY(session.query("SELECT " + fmt::format(kNote, session.quote_text(password)) +
                          " FROM mysql.user WHERE User = " + session.quote_text(account.user) +
                          " AND Host = " + session.quote_text(account.host)));
    if (rows.empty()) return Error{.message = "the login is gone as soon as it was made"};
    TRY(session.query("ALTER USER " + session.quote_text(account.user) + "@" +
                      session.quote_text(account.host) + " ATTRIBUTE '{\"slipstream\": \"" +
                      rows.front().front().value_or("") + "\"}'"));
    return {};
  }
  bool may_read_routines(const std::vector<std::string>& grants) const override {
    const auto rights = rights_on(grants, "");  // of the whole server
    return rights.contains("SELECT") || rights.contains("SHOW_ROUTINE") ||
           rights.contains("ALL PRIVILEGES");
  }
  std::string_view routines_right() const override { return "SHOW_ROUTINE"; }

  // All of one moment.
  Result<DataPosition> position(Session& session) const override {
    const auto row = TRY(session.named_row(
        "SELECT JSON_UNQUOTE(JSON_EXTRACT(LOCAL, '$.gtid_executed')) AS gtids, "
        "JSON_UNQUOTE(JSON_EXTRACT(LOCAL, '$.binary_log_file')) AS file, "
        "JSON_EXTRACT(LOCAL, '$.binary_log_position') AS offset, "
        "FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000) AS ms FROM performance_schema.log_status"));
    const auto value_of = [&](const char* name) {
      const auto found = row.find(name);
      return found == row.end() ? std::string() : found->second;
    };
    if (!row.contains("gtids")) return Error{.message = "the server does not say where it is"};
    std::string gtids = value_of("gtids");
    std::erase_if(gtids, [](char c) { return c == '\n' || c == ' '; });
    const std::string file = value_of("file");
    DataPosition position;
    position.mark = gtids;
    position.position = position_text(gtids, file.empty() ? "" : file + ":" + value_of("offset"));
    const std::string ms = value_of("ms");
    std::from_chars(ms.data(), ms.data() + ms.size(), position.at.ms);
    return position;
  }
  // A dump that notes them has brought them.
  Result<> take_for_done(Session& session, const std::string& gtids) const override {
    const std::string set = session.quote_text(gtids);
    const auto rows =
        TRY(session.query("SELECT GTID_SUBTRACT(" + set + ", @@GLOBAL.gtid_executed)"));
    if (rows.empty() || rows.front().front().value_or("").empty()) return {};
    TRY(session.query("SET GLOBAL gtid_purged = CONCAT('+', " +
                      session.quote_text(rows.front().front().value_or("")) + ")"));
    return {};
  }
  // To know its place exactly it has to stop all writing for a moment, for which it waits until the
  // longest statement has ended; and all others for it. So it does not wait for long. The program
  // takes TLS by itself.
  std::vector<std::string> dump_arguments(const Dumped& from) const override {
    std::vector<std::string> arguments = {
        from.follows ? "--set-gtid-purged=ON" : "--set-gtid-purged=OFF", "--no-tablespaces",
        "--loose-get-server-public-key"};
    if (from.follows) {
      arguments.emplace_back("--loose-init-command=SET SESSION lock_wait_timeout=10");
    }
    return arguments;
  }

  Result<std::string> why_not_followed(Session& production) const override {
    const auto rows = TRY(production.query("SELECT @@log_bin, @@GLOBAL.gtid_mode"));
    if (rows.empty() || rows.front()[0] != "1") {
      return std::string("has no binary log, so that nobody can follow it");
    }
    if (rows.front()[1] != "ON") {
      return std::string(
          "gives its transactions no GTIDs (gtid_mode), so that nobody can follow it");
    }
    return std::string();
  }
  // The password is not in the first of them: what that says is kept in tables, where a copy would
  // still have it when it follows nobody any more.
  std::vector<std::string> follow_statements(Session& session, const UrlOrigin& production,
                                             bool encrypts) const override {
    return {
        fmt::format("CHANGE REPLICATION SOURCE TO SOURCE_HOST = {}, SOURCE_PORT = {}, "
                    "SOURCE_CONNECT_RETRY = 2, SOURCE_RETRY_COUNT = 0, SOURCE_AUTO_POSITION = "
                    "1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_SSL = {}",
                    session.quote_text(production.host), production.port, encrypts ? 1 : 0),
        fmt::format("START REPLICA USER = {} PASSWORD = {}", session.quote_text(production.user),
                    session.quote_text(production.password))};
  }
  std::string pass_over(Session&, const std::set<TableName>& tables) const override {
    std::string list;
    for (const auto& table : tables) {
      list += (list.empty() ? "" : ", ") + Session::quote_name(table.database) + "." +
              Session::quote_name(table.table);
    }
    return "CHANGE REPLICATION FILTER REPLICATE_IGNORE_TABLE = (" + list + ")";
  }
  std::string wait_for(Session& session, const std::string& gtids) const override {
    return "SELECT WAIT_FOR_EXECUTED_GTID_SET(" + session.quote_text(gtids) +
           ", 0.5), @@GLOBAL.gtid_executed";
  }
  const SubsetScript& subset() const override { return mysql_subset(); }
};

Mysql::Mysql() {
  kind = "mysql";
  product = "MySQL";
  server = {"mysqld", "mysql-server-core"};
  client = {"mysql", "mysql-client-core"};
  dump = {"mysqldump", "mysql-client-core"};
  log_reader = {"mysqlbinlog", "mysql-server-core"};
  folders = {"/usr/sbin",        "/usr/libexec",     "/usr/bin", "/usr/local/mysql/bin",
             "/opt/mysql/*/bin", "/opt/mysql/*/sbin"};
  folders_option = "--mysql-programs";
  oldest = {8, 0};
  first_with_replay = {8, 0};
  log_has_times = true;
  option_group = "mysqld";
  // `loose_`: not every series has it.
  defaults = {
      {"performance_schema", "OFF"},
      {"character_set_server", "utf8mb4"},
      {"max_allowed_packet", "64M"},
      {"innodb_buffer_pool_size", "256M"},
      {"innodb_buffer_pool_load_at_startup", "OFF"},
      {"innodb_buffer_pool_dump_at_shutdown", "OFF"},
      {"loose_innodb_redo_log_capacity", kRedoBytes},
      {"innodb_max_dirty_pages_pct_lwm", "1"},
      {"innodb_flush_neighbors", "0"},
      {"max_binlog_size", "64M"},
      {"binlog_transaction_compression", "ON"},
      {"log_bin_trust_function_creators", "ON"},
      // As in MariaDB: what production does at its times is not done to copies.
      {"event_scheduler", "OFF"},
  };
  fixed = {
      "--datadir=.",
      "--bind-address=127.0.0.1",
      "--loose-mysqlx=OFF",
      "--secure-file-priv=",
      "--innodb-log-group-home-dir=./",
      "--tmpdir=../tmp",
      "--loose-replica-load-tmpdir=../tmp",
      "--innodb-monitor-enable=trx_rw_commits,trx_rollbacks",  // unlogged.h asks for these
      "--log-bin=../log/binlog",
      "--log-bin-index=../log/binlog.index",
      "--relay-log=../log/relay",
      "--relay-log-index=../log/relay.index",
      "--loose-binlog-format=ROW",
      "--gtid-mode=ON",
      "--enforce-gtid-consistency=ON",
      "--binlog-expire-logs-seconds=0",
      "--loose-log-replica-updates=ON",
      "--loose-skip-replica-start=ON",
      "--server-id=1936877936",
      "--skip-name-resolve=OFF",
      "--skip-networking=OFF",
      "--innodb-doublewrite=ON",
      "--innodb-read-only=OFF",
      "--innodb-force-recovery=0",
      // Of the component, and of the plugin before it: our accounts are made in steps.
      "--loose-validate-password.policy=LOW",
      "--loose-validate-password.length=0",
      "--loose-validate-password-policy=LOW",
      "--loose-validate-password-length=0",
      // The length is no less than these ask for, whatever the policy.
      "--loose-validate-password.number-count=0",
      "--loose-validate-password.special-char-count=0",
      "--loose-validate-password.mixed-case-count=0",
      "--loose-validate-password-number-count=0",
      "--loose-validate-password-special-char-count=0",
      "--loose-validate-password-mixed-case-count=0",
  };
  // What an owner has made last by SET PERSIST would stand above all of it.
  of_private_server = {"--persisted-globals-load=OFF",
                       "--skip-networking=ON",
                       "--sync-binlog=0",
                       "--event-scheduler=OFF",
                       "--innodb-flush-log-at-trx-commit=0",
                       "--innodb-flush-method=nosync",
                       "--innodb-doublewrite=OFF",
                       "--innodb-buffer-pool-size=512M",
                       "--max-allowed-packet=1G"};
  of_replay = {"--innodb-strict-mode=OFF", "--loose-restrict-fk-on-non-standard-key=OFF"};
  of_follower = {"--skip-networking=ON", "--read-only=ON", "--event-scheduler=OFF",
                 "--loose-replica-net-timeout=20"};
  of_follower.insert(of_follower.end(), of_replay.begin(), of_replay.end());
  keeps_places_in_dictionary = true;
  keeps_all_from_writing = "super_read_only";
  writes = "transaction_read_only = 0, max_execution_time = 0";
  session_settings =
      "SET SESSION sql_log_bin=0, sql_mode='', lock_wait_timeout=3, innodb_lock_wait_timeout=3, "
      "max_execution_time=5000, sql_log_off=1, autocommit=1, transaction_read_only=0";
  reserved_logins = {"slipstream", "slipstream_login", "mysql.sys", "mysql.session",
                     "mysql.infoschema"};
  system_tables = {"user",
                   "db",
                   "tables_priv",
                   "columns_priv",
                   "procs_priv",
                   "proxies_priv",
                   "role_edges",
                   "default_roles",
                   "global_grants",
                   "password_history",
                   "servers",
                   "plugin",
                   "func",
                   "component",
                   "time_zone",
                   "time_zone_name",
                   "time_zone_leap_second",
                   "time_zone_transition",
                   "time_zone_transition_type"};
  gtids_query =
      "SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', ''), REPLACE(@@GLOBAL.gtid_executed, '\\n', "
      "'')";
  followed_gtids_query = "SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', '')";
  stop_replication = "STOP REPLICA";
  forget_replication = "RESET REPLICA ALL";
  replication_status = "SHOW REPLICA STATUS";
  replication_password_max = 32;  // "CHANGE REPLICATION SOURCE TO Statement"
  skip_errors = "replica-skip-errors";
}

}  // namespace

const Dialect& mysql_dialect() {
  static const Mysql dialect;
  return dialect;
}

}  // namespace slip::mariadb
