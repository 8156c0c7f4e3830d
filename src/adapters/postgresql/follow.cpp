// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/follow.h"

#include <fmt/format.h>

#include "adapters/postgresql/origin.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// Production may raise these while it is followed; a follower that has less stops at once.
constexpr int kHeadroom = 2;

std::string setting(std::string_view name, std::string_view value) {
  return std::string(name) + "=" + std::string(value);
}

// For the shell, in single quotes.
std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

// Every way of compressing that archives use. It ends with 1 where the file is not there yet, or
// not whole; it is asked for again.
std::string restore_command(const fs::path& archive) {
  std::string command = "f=" + shell_quoted(archive.string()) + "/%f; " +
                        "if [ -f \"$f\" ]; then cp \"$f\" %p || exit 1; ";
  // zstd reads the others' formats, too, so nothing else has to be installed for them.
  for (const std::string_view ending : {"zst", "gz", "lz4", "xz", "bz2"}) {
    command += fmt::format("elif [ -f \"$f.{0}\" ]; then {1} -q -d -c \"$f.{0}\" >%p || exit 1; ",
                           ending, ending == "bz2" ? "bzip2" : "zstd");
  }
  return command + "else exit 1; fi";
}

Result<> ensure_slot(const Follow& follow, const UrlOrigin& origin) {
  if (follow.slot.empty()) return {};
  auto session = TRY(connect_to(origin));
  const auto limit = session.query("SHOW max_slot_wal_keep_size");
  if (!limit || limit->empty() || limit->front().front() == "-1") {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "the server at " + origin.where() +
                            " would keep any amount of log for a slot, until its disk is full",
                 .hint =
                     "Set a limit there (ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'; "
                     "SELECT pg_reload_conf()), or leave slot out."};
  }
  const auto found = TRY(session.query(
      "SELECT active, wal_status FROM pg_replication_slots WHERE slot_name = $1", {follow.slot}));
  if (!found.empty()) {
    const bool active = found.front()[0] == "t";
    const bool of_use = found.front()[1] == "reserved" || found.front()[1] == "extended";
    if (active || of_use) return {};
    TRY(session.query("SELECT pg_drop_replication_slot($1)", {follow.slot}));
  }
  TRY(session.query("SELECT pg_create_physical_replication_slot($1, true)", {follow.slot}));
  return {};
}

bool uses_slot_of(const Settings& one, const Settings& other) {
  const auto* at = std::get_if<UrlOrigin>(&one.origin);
  const auto* there = std::get_if<UrlOrigin>(&other.origin);
  return at != nullptr && there != nullptr && one.follow && other.follow &&
         one.follow->slot == other.follow->slot && at->where() == there->where();
}

Result<> drop_slot(const Settings& settings) {
  const auto* origin = std::get_if<UrlOrigin>(&settings.origin);
  if (origin == nullptr || !settings.follow || settings.follow->slot.empty()) return {};
  auto session = TRY(connect_to(*origin));
  TRY(
      session.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
                    "WHERE slot_name = $1",
                    {settings.follow->slot}));
  return {};
}

Result<> prepare_follower(const Layout& layout, const RunUser& user) {
  const Directory data = TRY(layout.open_data());
  return write_owned(data, "standby.signal", "", user);
}

Result<std::vector<std::string>> follower_arguments(const Layout& layout,
                                                    const Settings& settings) {
  std::vector<std::string> arguments;
  const auto set = [&](std::string_view name, std::string_view value) {
    arguments.emplace_back("-c");
    arguments.push_back(setting(name, value));
  };
  set("listen_addresses", "");
  set("hot_standby", "on");
  set("wal_retrieve_retry_interval", "1s");
  set("max_standby_streaming_delay", "1s");
  set("max_standby_archive_delay", "1s");
  for (const auto& [name, value] : TRY(read_control_data(TRY(layout.open_data()))).standby_limits) {
    set(name, std::to_string(value * kHeadroom + (value == 0 ? 100 : 0)));
  }
  if (!settings.follow->archive.empty()) {
    set("restore_command", restore_command(settings.follow->archive));
    return arguments;
  }
  set("primary_conninfo", connection_string(std::get<UrlOrigin>(settings.origin)) +
                              " application_name='slipstream' connect_timeout='10'");
  if (!settings.follow->slot.empty()) set("primary_slot_name", settings.follow->slot);
  return arguments;
}

std::map<std::string, std::string> follower_environment(const Settings& settings) {
  const auto* origin = std::get_if<UrlOrigin>(&settings.origin);
  const std::string password = origin == nullptr ? "" : password_of(*origin);
  if (password.empty()) return {};
  return {{"PGPASSWORD", password}};
}

std::vector<fs::path> files_of_connection(const Settings& settings) {
  std::vector<fs::path> files;
  const auto* origin = std::get_if<UrlOrigin>(&settings.origin);
  if (origin == nullptr) return files;
  for (const char* key : {"sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir"}) {
    const auto named = origin->parameters.find(key);
    std::error_code failed;
    if (named == origin->parameters.end() || !named->second.starts_with('/')) continue;
    if (fs::exists(named->second, failed)) files.emplace_back(named->second);
  }
  return files;
}

}  // namespace slip::postgresql
