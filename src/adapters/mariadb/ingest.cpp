#include "adapters/mariadb/ingest.h"

#include <chrono>
#include <regex>

#include "adapters/mariadb/configuration.h"
#include "adapters/support/space_watch.h"

namespace slip::mariadb {

Timestamp now() {
  return Timestamp{std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count()};
}

std::string position_text(const std::string& gtid, const std::string& binlog_position) {
  return gtid + (gtid.empty() || binlog_position.empty() ? "" : " ") + binlog_position;
}

Result<ServerVersion> choose_version(const Ingest& ingest) {
  if (ingest.settings.version) return find_version(ingest.installed, *ingest.settings.version);
  if (ingest.installed.versions.empty()) return nothing_installed(ingest.installed);
  return ingest.installed.versions.front();
}

Result<ServerVersion> choose_reader(const Ingest& ingest, std::optional<Series> origin,
                                    const std::string& what) {
  if (!origin) return choose_version(ingest);
  const auto& wanted = ingest.settings.version;
  if (wanted && *wanted < *origin) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = what + " is of MariaDB " + origin->text() + ", whose files MariaDB " +
                            wanted->text() + " cannot read"};
  }
  if (wanted) return find_version(ingest.installed, *wanted);
  return find_reader(ingest.installed, *origin);
}

Error explain_words(std::string words, ErrorCode code, const std::string& message) {
  Error error{.code = code, .message = message, .detail = std::move(words)};
  for (const char* full : {"No space left on device", "errno: 28", "errno 28", "error number 28",
                           "Errcode: 28", "Disk full"}) {
    if (error.detail.find(full) == std::string::npos) continue;
    Error no_space = no_space_for_source();
    no_space.detail = std::move(error.detail);
    return no_space;
  }
  // Of what the data needs and this server lacks it speaks in these words.
  static const std::regex missing(
      "Unknown (collation|character set|storage engine):? '([^']+)'|(Plugin) '([^']+)' is not "
      "loaded");
  std::smatch found;
  if (std::regex_search(error.detail, found, missing)) {
    const std::string kind = found[1].matched ? found[1].str() : "plugin";
    const std::string name = found[2].matched ? found[2] : found[4];
    error.code = ErrorCode::unsupported;
    error.message = "the data needs the " + kind + " " + name + ", which this server does not have";
    error.hint = "Install what brings it, or make the data without it.";
  }
  return error;
}

Result<std::string> run_step(const Ingest& ingest, Command command, std::string_view what,
                             ErrorCode code, const std::string& message) {
  SpaceWatch space(ingest.directory);
  bool full = false;
  command.watch = [&, asked = std::move(command.watch)](std::string_view said) {
    full = space.has_run_out();
    return !full && (asked ? asked(said) : ingest.go_on(what));
  };
  command.deadline = std::chrono::hours(48);
  auto output = run_ok(command);
  if (full) return no_space_for_source();
  if (output || output.error().code != ErrorCode::failed) return output;
  return explain_words(std::move(output.error().detail), code, message);
}

Result<> initialize(const Ingest& ingest, const ServerVersion& version) {
  const Layout& layout = ingest.layout;
  // Its administrator comes in through the socket as the system's root only. Everything is synced
  // once, at the end of the ingest.
  TRY(run_step(
      ingest,
      Command{.argv = {TRY(find_tool(version, "mariadb-install-db", "mariadb-server-core")),
                       "--no-defaults", "--datadir=" + layout.data.string(),
                       "--tmpdir=" + layout.tmp.string(), "--skip-test-db", "--skip-name-resolve",
                       "--auth-root-authentication-method=socket", "--auth-root-socket-user=root",
                       "--innodb-flush-log-at-trx-commit=0", "--debug-no-sync"},
              .working_directory = layout.data,
              .run_as = ingest.user.name},
      "making an empty database", ErrorCode::failed, "mariadb-install-db failed"));
  return {};
}

namespace {

Result<> upgrade(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server) {
  const auto noted = noted_series(ingest.layout.data);
  if (noted && *noted == version.series) return {};
  Command command{.argv = {TRY(find_tool(version, "mariadb-upgrade", "mariadb-client"))},
                  .env = server.client_environment(),
                  .working_directory = ingest.layout.data,
                  .run_as = ingest.user.name};
  for (auto& argument : server.client_arguments()) command.argv.push_back(std::move(argument));
  command.argv.emplace_back("--silent");
  TRY(run_step(ingest, std::move(command), "upgrading the system tables", ErrorCode::failed,
               "the system tables cannot be upgraded to MariaDB " + version.series.text()));
  return {};
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
  TRY(session.query("CREATE DATABASE " + Session::quote_name(database)));
  return {};
}

}  // namespace

Result<> take_over(const Ingest& ingest, const ServerVersion& version, const Heritage& heritage) {
  const auto& data = ingest.layout.data;
  TRY(write_configuration(data, ingest.settings, ingest.user));
  TRY(write_series_mark(data, version.series, ingest.user));
  constexpr std::string_view what = "taking the copy over";
  auto server = TRY(PrivateServer::start(version, ingest.layout, ingest.user,
                                         [&] { return ingest.go_on(what); }));
  TRY(upgrade(ingest, version, server));
  {
    auto session = TRY(server.session());
    TRY(ensure_database(ingest, session));
    for (const Account& definer : heritage.definers) TRY(ensure_definer(session, definer));
    if (!heritage.gtid.empty()) {
      TRY(session.query("SET GLOBAL gtid_slave_pos = " + session.quote_text(heritage.gtid)));
    }
  }
  return server.stop();
}

}  // namespace slip::mariadb
