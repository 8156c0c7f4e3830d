// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/ingest.h"

#include <algorithm>
#include <chrono>
#include <regex>

#include "adapters/support/space_watch.h"
#include "base/words_in.h"

namespace slip::mariadb {

Result<ServerVersion> choose_version(const Ingest& ingest) {
  if (ingest.settings.version) return find_version(ingest.installed, *ingest.settings.version);
  if (ingest.installed.versions.empty()) return nothing_installed(ingest.installed);
  return ingest.installed.versions.front();
}

Result<ServerVersion> choose_reader(const Ingest& ingest, std::optional<Series> origin,
                                    const std::string& what) {
  if (!origin) return choose_version(ingest);
  const auto& wanted = ingest.settings.version;
  if (wanted && !ingest.dialect().upgrades(*origin, *wanted)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = what + " is of " + std::string(ingest.dialect().product) + " " +
                            origin->text() + ", whose files " + wanted->text() + " cannot read"};
  }
  if (wanted) return find_version(ingest.installed, *wanted);
  return find_reader(ingest.installed, *origin);
}

bool speaks_of_no_space(std::string_view words) {
  constexpr std::string_view kFull[] = {
      "No space left on device", "errno: 28",   "errno 28", "error number 28",
      "with error 28",           "Errcode: 28", "Disk full"};
  return std::ranges::any_of(
      kFull, [&](std::string_view full) { return words.find(full) != std::string_view::npos; });
}

Error explain_words(std::string words, ErrorCode code, const std::string& message) {
  Error error{.code = code, .message = message, .detail = std::move(words)};
  if (speaks_of_no_space(error.detail)) {
    Error no_space = no_space_for_source();
    no_space.detail = std::move(error.detail);
    return no_space;
  }
  const auto says = [&](const char* it) { return error.detail.find(it) != std::string::npos; };
  // Before MySQL's keyring, MariaDB's tables whose key is not there.
  if (says("Can't find master key from keyring") || (says("errno: 140") && says("ENCRYPTED"))) {
    error.code = ErrorCode::unsupported;
    error.message = "the data has encrypted tables, and a copy has no keys";
    error.hint =
        "Make a dump and take ENCRYPTED=YES (MariaDB) or ENCRYPTION='Y' (MySQL) out of it, or "
        "decrypt the tables at their server.";
    return error;
  }
  // Of what the data needs and this server lacks it speaks in these words.
  static const std::regex missing(
      "Unknown (collation|character set|storage engine):? '([^']+)'|(Plugin) '([^']+)' is not "
      "loaded");
  if (const auto found = words_in(error.detail, missing)) {
    const std::string kind = found->at(1).empty() ? "plugin" : found->at(1);
    const std::string name = found->at(2).empty() ? found->at(4) : found->at(2);
    error.code = ErrorCode::unsupported;
    error.message = "the data needs the " + kind + " " + name + ", which this server does not have";
    error.hint = "Install what brings it, or make the data without it.";
  }
  return error;
}

Result<std::string> run_step(const Ingest& ingest, Command command, const ConfinedPlaces& places,
                             std::string_view what, ErrorCode code, const std::string& message) {
  SpaceWatch space(ingest.top().path());
  bool full = false;
  command.watch = [&, asked = std::move(command.watch)](std::string_view said) {
    full = space.has_run_out();
    return !full && (asked ? asked(said) : ingest.go_on(what));
  };
  command.deadline = std::chrono::hours(48);
  auto output = run_ok(TRY(ingest.confinement->confine(std::move(command), places)));
  if (full) return no_space_for_source();
  if (output || output.error().code != ErrorCode::failed) return output;
  return explain_words(std::move(output.error().detail), code, message);
}

Result<> initialize(const Ingest& ingest, const ServerVersion& version) {
  const Dialect& dialect = ingest.dialect();
  const auto program = dialect.initializer();
  Command command{.argv = {TRY(find_tool(version, program))},
                  .working_directory = ingest.layout.data(),
                  .run_as = ingest.user.name};
  for (auto& argument :
       dialect.initializer_arguments(ingest.layout.data(), ingest.layout.tmp(), ingest.settings)) {
    command.argv.push_back(std::move(argument));
  }
  TRY(run_step(ingest, std::move(command), ingest.place(version).places(),
               "making an empty database", ErrorCode::failed,
               std::string(program.name) + " failed"));
  return {};
}

namespace {

Result<> upgrade(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server) {
  const auto program = ingest.dialect().upgrader();
  const auto noted = TRY(ingest.dialect().noted_series(TRY(ingest.top().open_directory(kData))));
  if (!program || (noted && *noted == version.series)) return {};
  Command command{.argv = {TRY(find_tool(version, *program))},
                  .env = server.client_environment(),
                  .working_directory = ingest.layout.data(),
                  .run_as = ingest.user.name};
  for (auto& argument : server.client_arguments()) command.argv.push_back(std::move(argument));
  command.argv.emplace_back("--silent");
  auto places = server.client_places();
  // It notes what it did beside the data, where the server says that it is.
  places.writable.push_back(ingest.top().path());
  places.home = ingest.top().path();
  TRY(run_step(ingest, std::move(command), places, "upgrading the system tables", ErrorCode::failed,
               "the system tables cannot be upgraded to " + version.series.text()));
  return {};
}

// Where a table's file lies, only the server's dictionary may know.
Result<> check_files(Session& session) {
  const auto rows = TRY(session.query(
      "SELECT FILE_NAME FROM information_schema.FILES WHERE FILE_NAME LIKE '/%' LIMIT 1"));
  if (rows.empty()) return {};
  return Error{
      .code = ErrorCode::unsupported,
      .message = "a part of the data lies elsewhere (" + rows.front().front().value_or("") + ")",
      .hint = "Move it into the data directory, or link a backup or a dump instead."};
}

Result<> ensure_database(const Ingest& ingest, Session& session) {
  const std::string& database = ingest.settings.database;
  if (database.empty()) return {};
  const auto rows =
      TRY(session.query("SELECT 1 FROM information_schema.SCHEMATA WHERE "
                        "SCHEMA_NAME = " +
                        session.quote_text(database)));
  if (!rows.empty()) return {};
  const bool ours = std::holds_alternative<EmptyOrigin>(ingest.settings.origin);
  if (!ours) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the source has no database \"" + database + "\""};
  }
  TRY(session.query(create_database(ingest.settings, database)));
  return {};
}

}  // namespace

std::string create_database(const Settings& settings, const std::string& database) {
  std::string statement = "CREATE DATABASE IF NOT EXISTS " + Session::quote_name(database);
  if (!settings.character_set.empty()) statement += " CHARACTER SET " + settings.character_set;
  if (!settings.collation.empty()) statement += " COLLATE " + settings.collation;
  return statement;
}

Result<> take_over(const Ingest& ingest, const ServerVersion& version, const Heritage& heritage) {
  TRY(write_series_mark(ingest.layout, version.series, ingest.user));
  constexpr std::string_view what = "taking the copy over";
  auto server =
      TRY(PrivateServer::start(ingest.place(version), [&] { return ingest.go_on(what); }));
  TRY(upgrade(ingest, version, server));
  {
    auto session = TRY(server.session());
    if (heritage.of_directory) {
      TRY(check_files(session));
      TRY(session.query(std::string(ingest.dialect().forget_replication)));
    }
    TRY(ensure_database(ingest, session));
    for (const Account& definer : heritage.definers) TRY(ensure_definer(session, definer));
    if (!heritage.gtid.empty()) TRY(ingest.dialect().take_for_done(session, heritage.gtid));
  }
  return server.stop();
}

}  // namespace slip::mariadb
