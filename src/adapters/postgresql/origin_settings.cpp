// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/origin_settings.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/installed_files.h"
#include "base/log.h"
#include "base/subprocess.h"
#include "base/words_in.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

Result<> remove_leftovers(const Directory& data) {
  for (const char* name :
       {"postmaster.pid", "postmaster.opts", "standby.signal", "recovery.signal", "promote",
        "recovery.conf", "recovery.done",
        // What its server wrote of statements and their values, and its key.
        "log", "pg_log", "current_logfiles", "pg_stat/pg_stat_statements.stat", "server.key"}) {
    TRY(data.remove(name));
  }
  if (!TRY(data.has_directory("pg_replslot"))) return {};
  const Directory slots = TRY(data.open_directory("pg_replslot"));
  for (const auto& slot : TRY(slots.list())) TRY(slots.remove(slot.name));
  return {};
}

// The files of a cluster's configuration that lie in it, those that are included by its main one
// among them.
Result<std::vector<fs::path>> configuration_files(const Directory& data) {
  std::vector<fs::path> files{"postgresql.conf", "postgresql.auto.conf"};
  const auto main = data.read("postgresql.conf");
  if (!main) return files;
  static const std::regex include(R"re(^\s*include(?:_if_exists|_dir)?\s*=?\s*'([^']+)')re");
  for (const auto& found : all_words_in(*main, include)) {
    const fs::path named = found.at(1);
    if (named.is_absolute() || named == "slipstream.conf") continue;
    if (!TRY(data.has_directory(named))) {
      files.push_back(named);
      continue;
    }
    for (const auto& entry : TRY(TRY(data.open_directory(named)).list())) {
      if (fs::path(entry.name).extension() == ".conf") files.push_back(named / entry.name);
    }
  }
  return files;
}

// Leaves them out wherever they are set.
Result<> leave_out(const Directory& data, const RunUser& user,
                   const std::function<bool(const std::string&)>& named) {
  for (const auto& name : TRY(configuration_files(data))) {
    const auto text = data.read(name);
    if (!text && text.error().code == ErrorCode::not_found) continue;
    if (!text) return text.error();
    const std::string kept = without(*text, named);
    if (kept != *text) TRY(write_owned(data, name, kept, user));
  }
  return {};
}

// What a server would have of a setting; how it reads its files as a whole is in the error.
Result<std::string> ask_setting(const Ingest& ingest, const ServerVersion& version,
                                const Directory& data, const std::string& name) {
  return run_step(ingest, {.command = {.argv = {version.program("postgres"), "-C", name, "-D",
                                                data.path().string(), "-c", "data_directory=."},
                                       .working_directory = data.path()},
                           .places = {.writable = {data.path()}, .readable = {version.prefix()}},
                           .what = "taking the copy over",
                           .message = "the settings cannot be read"});
}

// Settings with values that this machine's server does not take: a locale or a way to compress that
// it has not, those of an extension's. The copy runs with the server's own.
Result<> leave_out_refused(const Ingest& ingest, const ServerVersion& version,
                           const Directory& data) {
  static const std::regex refusal(
      "(?:invalid value for parameter|unrecognized configuration parameter|parameter) "
      "\"([A-Za-z0-9_.]+)\"[^\n]*");
  constexpr int rounds = 20;
  for (int round = 0; round < rounds; ++round) {
    const auto answer = ask_setting(ingest, version, data, "shared_preload_libraries");
    if (answer || answer.error().code != ErrorCode::failed) break;
    std::set<std::string> names;
    const std::string& said = answer.error().detail;
    for (const auto& found : all_words_in(said, refusal)) {
      std::string name = found.at(1);
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      names.insert(name);
      spdlog::warn("The copy runs without the setting {} of its origin: {}", name, found.front());
    }
    if (names.empty()) break;
    TRY(leave_out(data, ingest.user,
                  [&](const std::string& name) { return names.contains(name); }));
  }
  return {};
}

// "a, \"b c\"" without those that are not here.
std::string installed_of(const ServerVersion& version, const std::string& wanted) {
  std::string kept;
  std::string library;
  for (const char c : wanted + ",") {
    if (c != ',' && c != '\n') {
      if (c != ' ' && c != '"' && c != '\'') library += c;
      continue;
    }
    if (library.empty()) continue;
    if (has_library(version, library)) {
      kept += (kept.empty() ? "" : ",") + library;
    } else {
      spdlog::warn("The server library {} is not installed here; the copy runs without it.",
                   library);
    }
    library.clear();
  }
  return kept;
}

std::string without_spaces(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '"' && c != '\n' && c != '\'') out += c;
  }
  return out;
}

constexpr std::array kLibraries = {"shared_preload_libraries", "session_preload_libraries",
                                   "local_preload_libraries"};

Result<> leave_out_missing_libraries(const Ingest& ingest, const ServerVersion& version,
                                     const Directory& data) {
  std::string text;
  bool is_missing = false;
  for (const char* name : kLibraries) {
    const auto wanted = ask_setting(ingest, version, data, name);
    if (!wanted) return {};  // what keeps it from being read will be said when the server starts
    const std::string kept = installed_of(version, *wanted);
    is_missing = is_missing || kept != without_spaces(*wanted);
    text += std::string(name) + " = '" + kept + "'\n";
  }
  if (!is_missing) return {};
  TRY(leave_out(data, ingest.user, [](const std::string& name) {
    return std::ranges::find(kLibraries, name) != kLibraries.end();
  }));
  return write_owned(data, "slipstream_origin.conf", text, ingest.user);
}

}  // namespace

Result<> neutralize_origin(const Ingest& ingest, const ServerVersion& version) {
  const Directory data = TRY(ingest.layout.open_data());
  TRY(remove_leftovers(data));
  const auto text = data.read("postgresql.auto.conf");
  if (!text && text.error().code != ErrorCode::not_found) return text.error();
  if (text) TRY(write_owned(data, "postgresql.auto.conf", without_ours(*text), ingest.user));
  TRY(write_configuration(data, ingest.settings, ingest.user));
  TRY(leave_out_refused(ingest, version, data));
  return leave_out_missing_libraries(ingest, version, data);
}

Result<> reset_missing_libraries(const ServerVersion& version, Session& session) {
  const auto rows = TRY(session.query(
      "SELECT r.rolname, d.datname, split_part(c, '=', 1), substr(c, strpos(c, '=') + 1) "
      "FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) c "
      "LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase "
      "WHERE split_part(c, '=', 1) IN ('session_preload_libraries', 'local_preload_libraries')"));
  for (const Row& row : rows) {
    const std::string wanted = row[3].value_or("");
    const std::string kept = installed_of(version, wanted);
    if (kept == without_spaces(wanted)) continue;
    std::string statement = row[0] ? "ALTER ROLE " + session.quote_name(*row[0]) : "";
    if (row[0] && row[1]) statement += " IN DATABASE " + session.quote_name(*row[1]);
    if (!row[0] && row[1]) statement = "ALTER DATABASE " + session.quote_name(*row[1]);
    if (statement.empty()) statement = "ALTER ROLE ALL";
    statement += (kept.empty() ? " RESET " : " SET ") + row[2].value_or("");
    if (!kept.empty()) statement += " = " + kept;
    TRY(session.query(statement));
  }
  return {};
}

}  // namespace slip::postgresql
