// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "adapters/postgresql/write_ahead_log.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFileName = "slipstream.conf";
constexpr std::string_view kIncludeLine = "include 'slipstream.conf'";

using Setting = std::pair<std::string_view, std::string_view>;

// Defaults that a template's `conf.` and the copy's owner may change. Frequent
// checkpoints bound what a start from a snapshot has to replay (docs/adr/0003-fast-start.md); the
// rest are values that come from a bigger machine or name files that are not here.
constexpr std::array kDefaults = {
    Setting{"shared_buffers", "256MB"},
    Setting{"huge_pages", "off"},
    Setting{"checkpoint_timeout", "30s"},
    Setting{"checkpoint_warning", "0"},
    Setting{"wal_keep_size", "0"},
    Setting{"max_slot_wal_keep_size", "1GB"},
    Setting{"lc_messages", "C"},
    Setting{"temp_tablespaces", ""},
    Setting{"log_line_prefix", "%m [%p] %q%u@%d "},
    // What production's servers do by themselves: a copy subscribes to nobody, and runs no jobs.
    Setting{"max_logical_replication_workers", "0"},
    Setting{"cron.launch_active_jobs", "off"},
};

// What must hold. Paths are relative to the data directory, which servers are started in.
constexpr std::array kFixed = {
    Setting{"data_directory", "."},
    Setting{"ident_file", "pg_ident.conf"},
    Setting{"external_pid_file", ""},
    Setting{"unix_socket_group", ""},
    Setting{"unix_socket_permissions", "0777"},
    Setting{"ssl_ca_file", ""},
    Setting{"ssl_crl_file", ""},
    Setting{"ssl_dh_params_file", ""},
    Setting{"ssl_passphrase_command", ""},
    Setting{"fsync", "on"},
    Setting{"full_page_writes", "on"},
    Setting{"wal_init_zero", "off"},
    Setting{"wal_recycle", "off"},
    Setting{"archive_mode", "off"},
    Setting{"restore_command", ""},
    Setting{"archive_cleanup_command", ""},
    Setting{"recovery_end_command", ""},
    Setting{"hot_standby_feedback", "off"},
    Setting{"primary_conninfo", ""},
    Setting{"primary_slot_name", ""},
    Setting{"recovery_min_apply_delay", "0"},
    Setting{"recovery_target", ""},
    Setting{"recovery_target_name", ""},
    Setting{"recovery_target_time", ""},
    Setting{"recovery_target_xid", ""},
    Setting{"recovery_target_lsn", ""},
    Setting{"recovery_target_timeline", "latest"},
    Setting{"synchronous_standby_names", ""},
    Setting{"hot_standby", "off"},
    Setting{"restart_after_crash", "on"},
    Setting{"password_encryption", "scram-sha-256"},
    Setting{"logging_collector", "off"},
    Setting{"log_destination", "stderr"},
};

// Any role through the socket: where our own has been locked or dropped, another lets us in.
constexpr std::string_view kSocketOnly =
    "# Written by Slipstream. Nobody but it and the server can enter the socket's folder.\n"
    "local all all trust\n";
constexpr std::string_view kPeople =
    "host all slipstream all reject\n"
    "host all all 127.0.0.1/32 scram-sha-256\n";

std::string conf_quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) text += c == '\'' ? std::string("''") : std::string(1, c);
  return text + "'";
}

// Neither may be less than two of the log's files.
std::string log_sizes(std::uint64_t segment) {
  constexpr std::uint64_t mega = 1 << 20;
  const std::uint64_t least = 2 * segment / mega;
  return fmt::format("max_wal_size = '{}MB'\nmin_wal_size = '{}MB'\n",
                     std::max<std::uint64_t>(128, least), std::max<std::uint64_t>(80, least));
}

std::string our_file(const Settings& settings, std::uint64_t segment) {
  std::string text = "# Written by Slipstream; ALTER SYSTEM overrides it.\n";
  for (const auto& [name, value] : kDefaults) {
    text += std::string(name) + " = " + conf_quoted(value) + "\n";
  }
  text += log_sizes(segment);
  text += std::string("synchronous_commit = ") +
          (settings.durability == Durability::relaxed ? "off" : "on") + "\n";
  text += "include_if_exists 'slipstream_origin.conf'\n";
  for (const auto& [name, value] : settings.conf) text += name + " = " + conf_quoted(value) + "\n";
  return text;
}

// Of some versions only.
std::vector<Setting> fixed_of(int major) {
  std::vector<Setting> settings;
  if (major <= 15) settings.emplace_back("promote_trigger_file", "");
  if (major >= 14) settings.emplace_back("ssl_crl_dir", "");
  if (major <= 14) settings.emplace_back("stats_temp_directory", "pg_stat_tmp");
  if (major >= 15) settings.emplace_back("archive_library", "");
  return settings;
}

// "name = value" or "name value", as the server writes and reads it.
std::string name_of(const std::string& line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos || line[begin] == '#') return "";
  std::string name = line.substr(begin, line.find_first_of(" \t=", begin) - begin);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

// An include that leads out of the cluster, or to what is not there, keeps a copy from starting.
bool leads_elsewhere(const Directory& data, const std::string& line) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string::npos || line.compare(start, 7, "include") != 0) return false;
  if (line.find(kIncludeLine) != std::string::npos) return false;
  const auto open = line.find('\'');
  const auto close = line.rfind('\'');
  if (open == std::string::npos || close <= open) return true;
  const fs::path target = line.substr(open + 1, close - open - 1);
  if (target.is_absolute()) return true;
  const auto found = is_there(data, target);
  return !found || !*found;
}

bool is_ours(const std::string& name) {
  const auto named = [&](const Setting& setting) { return setting.first == name; };
  return std::any_of(kDefaults.begin(), kDefaults.end(), named) ||
         std::any_of(kFixed.begin(), kFixed.end(), named) || name == "promote_trigger_file" ||
         name == "max_wal_size" || name == "min_wal_size" || name == "stats_temp_directory" ||
         name == "hba_file" || name == "archive_command" || name == "archive_library" ||
         name == "synchronous_commit" || name == "listen_addresses" || name == "port" ||
         name == "unix_socket_directories" || name == "ssl" || name == "ssl_cert_file" ||
         name == "ssl_key_file" || name == "ssl_crl_dir";
}

std::string with_include(const Directory& data, const std::string& text) {
  std::string result;
  std::istringstream lines(without_ours(text));
  for (std::string line; std::getline(lines, line);) {
    result += (leads_elsewhere(data, line) ? "#" : "") + line + "\n";
  }
  return result + std::string(kIncludeLine) + "\n";
}

}  // namespace

std::string without(const std::string& text, const std::function<bool(const std::string&)>& named) {
  std::string kept;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!named(name_of(line))) kept += line + "\n";
  }
  return kept;
}

std::string without_ours(const std::string& text) {
  return without(text, is_ours);
}

Result<> write_configuration(const Directory& data, const Settings& settings, const RunUser& user) {
  constexpr std::uint64_t usual = 16 << 20;
  const std::uint64_t segment = segment_bytes(data).value_or(usual);
  TRY(write_owned(data, kFileName, our_file(settings, segment), user));
  TRY(write_owned(data, "pg_ident.conf", "", user));
  auto main = data.read("postgresql.conf");
  if (!main && main.error().code != ErrorCode::not_found) return std::move(main).error();
  const std::string text = main ? *main : "";
  if (text.ends_with(std::string(kIncludeLine) + "\n")) return {};
  return write_owned(data, "postgresql.conf", with_include(data, text), user);
}

Result<> write_doors(const Directory& ours, Doors doors, const RunUser& user) {
  std::string text(kSocketOnly);
  if (doors == Doors::people) text += kPeople;
  return tell_server(ours, kDoorsFile, text, user);
}

std::vector<std::string> server_arguments(int major, std::uint16_t port, const fs::path& doors,
                                          const std::optional<CertificateFiles>& certificate) {
  std::vector<std::string> arguments;
  const auto set = [&](std::string_view name, std::string_view value) {
    arguments.emplace_back("-c");
    arguments.push_back(std::string(name) + "=" + std::string(value));
  };
  set("ssl", certificate ? "on" : "off");
  if (certificate) {
    set("ssl_cert_file", certificate->certificate.string());
    set("ssl_key_file", certificate->key.string());
  }
  for (const auto& [name, value] : kFixed) set(name, value);
  for (const auto& [name, value] : fixed_of(major)) set(name, value);
  set("hba_file", doors.string());
  set("superuser_reserved_connections", "3");
  set("listen_addresses", "127.0.0.1");
  set("port", std::to_string(port));
  // Relative to the data directory, where the server works: however long the path, the socket's
  // address stays within its limit of 107 bytes.
  set("unix_socket_directories", "../run");
  return arguments;
}

std::vector<std::string> private_server_arguments(int major, const fs::path& socket_directory) {
  std::vector<std::string> arguments =
      server_arguments(major, 5432, socket_directory / kDoorsFile, std::nullopt);
  const auto set = [&](std::string_view name, std::string_view value) {
    arguments.emplace_back("-c");
    arguments.push_back(std::string(name) + "=" + std::string(value));
  };
  set("listen_addresses", "");
  set("unix_socket_directories", socket_directory.string());
  // Nobody waits for its commits: what it leaves is synced once, after its orderly end.
  set("fsync", "off");
  set("full_page_writes", "off");
  set("synchronous_commit", "off");
  set("max_wal_size", "4GB");
  set("checkpoint_timeout", "30min");
  set("maintenance_work_mem", "256MB");
  set("autovacuum", "off");
  set("max_logical_replication_workers", "0");
  set("cron.launch_active_jobs", "off");
  return arguments;
}

std::vector<std::string> recovery_arguments(const ControlData& control) {
  const auto limit = control.standby_limits.find("max_prepared_transactions");
  if (limit == control.standby_limits.end() || limit->second == 0) return {};
  return {"-c", limit->first + "=" + std::to_string(limit->second)};
}

}  // namespace slip::postgresql
