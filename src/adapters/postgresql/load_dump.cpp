// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/load_dump.h"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include "adapters/postgresql/database_settings.h"
#include "adapters/postgresql/edited_file.h"
#include "adapters/postgresql/explain_load.h"
#include "adapters/postgresql/login.h"
#include "base/log.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// psql knows \restrict since the minor versions of August 2025.
bool knows_restrict(const ServerVersion& version) {
  static const std::map<int, int> since{{13, 22}, {14, 19}, {15, 14}, {16, 10}, {17, 6}};
  const auto first = since.find(version.major);
  if (first == since.end()) return version.major > 17;
  const auto dot = version.full.find('.');
  return dot != std::string::npos && std::atoi(version.full.c_str() + dot + 1) >= first->second;
}

// What of a plain dump this server, new and empty, is not told.
std::vector<Edit> edits_for(const PlainDump& needs, const ServerVersion& version) {
  std::vector<Edit> edits;
  const auto leave_out = [&](const std::vector<Edit>& some) {
    edits.insert(edits.end(), some.begin(), some.end());
  };
  leave_out(needs.drops);
  leave_out(needs.tablespaces);
  if (!knows_restrict(version)) leave_out(needs.restrictions);
  static const std::map<std::string, int> since{{"transaction_timeout", 17},
                                                {"idle_session_timeout", 14},
                                                {"default_table_access_method", 12}};
  for (const auto& [parameter, some] : needs.settings) {
    const auto known = since.find(parameter);
    if (known != since.end() && version.major < known->second) leave_out(some);
  }
  // Only whoever has a role to give may be named as its giver; a superuser of production's is none
  // of ours.
  for (const auto& [grantor, some] : needs.granted_by) {
    const auto made = needs.roles_made.find(grantor);
    if (made == needs.roles_made.end() || made->second.superuser) leave_out(some);
  }
  for (const auto& [name, role] : needs.roles_made) {
    if (name == kOwnRole) leave_out(role.statements);
    edits.insert(edits.end(), role.as_superuser.begin(), role.as_superuser.end());
  }
  return edits;
}

// A dump is loaded into a server that has what it names and does not make.
class Loader {
 public:
  Loader(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server,
         const Load& load)
      : ingest_(ingest), version_(version), server_(server), load_(load) {}

  Result<> run();

 private:
  bool makes_login() const { return load_.needs.roles_made.contains(ingest_.settings.login); }
  Result<> make_roles(Session& session);
  Result<> make_databases(Session& session);
  Result<> make_schemas(const std::string& database, const std::set<std::string>& schemas);
  Result<> load_plain();
  Result<> load_archive();
  Result<> give_settings(Session& session);
  Result<> settle_roles(Session& session);

  const Ingest& ingest_;
  const ServerVersion& version_;
  const PrivateServer& server_;
  const Load& load_;
  std::string first_;  // the database it is loaded into
  // Until it is loaded, since it makes and refreshes things in the name of roles: where it is from
  // they may have had rights for that which it does not speak of; and it says row_security = off,
  // which lets nobody else read a table with policies.
  std::set<std::string> superusers_;
  std::vector<Edit> edits_;
};

Result<> Loader::make_roles(Session& session) {
  if (!makes_login()) TRY(ensure_role(session, ingest_.settings.login));
  std::string made;
  for (const std::string& role : load_.needs.roles) {
    const auto rows = TRY(session.query("SELECT 1 FROM pg_roles WHERE rolname = $1", {role}));
    if (!rows.empty()) continue;
    const bool bypasses = role == "postgres" || load_.needs.superusers.contains(role);
    TRY(session.query("CREATE ROLE " + session.quote_name(role) + " SUPERUSER" +
                      (bypasses ? " BYPASSRLS" : "")));
    superusers_.insert(role);
    made += (made.empty() ? "" : ", ") + role;
  }
  if (!made.empty()) {
    spdlog::info("The dump names roles that it does not make; they are made without a login: {}.",
                 made);
  }
  for (const auto& [what, line] : load_.needs.citext_as_text) {
    spdlog::warn("Of the dump, {}, at line {} of its SQL, {}.", what, line, kCitextAsText);
  }
  return {};
}

// Those that the dump makes itself, too, where they need something beforehand or are to be of
// another kind.
Result<> Loader::make_databases(Session& session) {
  const auto& settings = ingest_.settings;
  const auto& needs = load_.needs;
  const bool is_of_another_kind = !settings.encoding.empty() || !settings.locale.empty();
  TRY(session.query("SET statement_timeout = '60s'"));
  for (const auto& [name, made] : needs.databases_made) {
    const bool is_ours = name == settings.database && is_of_another_kind;
    if (!is_ours && !needs.schemas.contains(name)) continue;
    const auto created =
        session.query(is_ours ? "CREATE DATABASE " + session.quote_name(name) : made.statement, {},
                      std::chrono::minutes(1));
    if (!created) return explain_locale(created.error());
    edits_.insert(edits_.end(), made.edits.begin(), made.edits.end());
  }
  if (!needs.databases_made.contains(settings.database)) {
    TRY(ensure_database(session, settings.database,
                        makes_login() ? std::string(kOwnRole) : settings.login));
  }
  for (const auto& [database, schemas] : needs.schemas) {
    TRY(make_schemas(database.empty() ? first_ : database, schemas));
  }
  return {};
}

// A platform has made them where the dump is from, or the dump is of some tables only.
Result<> Loader::make_schemas(const std::string& database, const std::set<std::string>& schemas) {
  auto session =
      TRY(Session::open_for_script(server_.address(), database, std::chrono::seconds(5)));
  for (const auto& schema : schemas) {
    TRY(session.query(
        "CREATE SCHEMA IF NOT EXISTS " + session.quote_name(schema) + " AUTHORIZATION " +
        session.quote_name(makes_login() ? std::string(kOwnRole) : ingest_.settings.login)));
  }
  return {};
}

// It gets the file opened: what a script has it do sees the server's socket and nothing else.
Result<> Loader::load_plain() {
  const fs::path file = load_.opened ? path_of_open_file(load_.opened.get()) : load_.path;
  std::unique_ptr<EditedFile> edited;
  if (!edits_.empty()) edited = TRY(EditedFile::open(file, edits_));
  TRY(run_step(
      ingest_,
      {.command = {.argv = {TRY(find_client(ingest_.versions, version_, "psql")), "--no-psqlrc",
                            "--quiet", "--echo-errors", "--set", "ON_ERROR_STOP=1", "--output",
                            "/dev/null", "--host", server_.socket_directory().string(),
                            "--username", std::string(kOwnRole), "--dbname", first_, "--file", "-"},
                   .input_file = edited ? edited->path() : file},
       .places = {.writable = {server_.socket_directory()}, .readable = {version_.prefix()}},
       .what = kLoading,
       .code = ErrorCode::invalid_argument,
       .message = broken(load_.origin)}));
  return edited ? edited->check_read() : Result<>();
}

Result<> Loader::load_archive() {
  Command command{.argv = {TRY(find_client(ingest_.versions, version_, "pg_restore")),
                           "--exit-on-error", "--no-tablespaces", "--host",
                           server_.socket_directory().string(), "--username", std::string(kOwnRole),
                           "--dbname", first_}};
  if (load_.format != DumpFormat::tar) command.argv.push_back(parallel());
  command.argv.push_back(load_.path.string());
  TRY(run_step(ingest_, {.command = std::move(command),
                         .places = places_for(load_.path, {server_.socket_directory()}),
                         .what = kLoading,
                         .code = ErrorCode::invalid_argument,
                         .message = broken(load_.origin)}));
  return {};
}

// pg_restore gives those of the database to one that it makes only, under its own name: the path in
// which names are looked for, the time zone.
Result<> Loader::give_settings(Session& session) {
  const std::string script = TRY(run_step(
      ingest_,
      {.command = {.argv = {TRY(find_client(ingest_.versions, version_, "pg_restore")), "--create",
                            "--section=pre-data", "--file=-", load_.path.string()},
                   .output_max = 1 << 30},
       .places = places_for(load_.path, {}),
       .what = kLoading,
       .code = ErrorCode::invalid_argument,
       .message = broken(load_.origin)}));
  const auto database = session.quote_name(ingest_.settings.database);
  for (const auto& setting : settings_of_database(script, database)) {
    const auto done = session.query(setting);
    // Its value may be a secret.
    if (!done) {
      const auto name = setting.substr(0, setting.find(" TO "));
      spdlog::warn("Left out: {} ({}).", name, done.error().message);
    }
  }
  return {};
}

// A login may become whoever owns its tables.
Result<> Loader::settle_roles(Session& session) {
  for (const auto& role : superusers_) {
    TRY(session.query("ALTER ROLE " + session.quote_name(role) + " NOSUPERUSER"));
  }
  return ensure_role(session, ingest_.settings.login);
}

Result<> Loader::run() {
  const bool is_plain = load_.format == DumpFormat::plain;
  const bool makes_its_own = load_.needs.databases_made.contains(ingest_.settings.database);
  first_ = makes_its_own ? "postgres" : ingest_.settings.database;
  if (is_plain) edits_ = edits_for(load_.needs, version_);
  for (const auto& [name, role] : load_.needs.roles_made) {
    if (!role.superuser && name != kOwnRole) superusers_.insert(name);
  }
  {
    auto session = TRY(server_.session());
    TRY(make_roles(session));
    TRY(make_databases(session));
  }
  const auto loaded = is_plain ? load_plain() : load_archive();
  if (!loaded) {
    Error error = explain_load(loaded.error(), load_.origin, version_.major);
    const int origin = load_.needs.origin_major.value_or(0);
    if (error.code == ErrorCode::invalid_argument && origin > version_.major) {
      error.hint = fmt::format(
          "It is of PostgreSQL {0}, and was to be loaded into {1}: install PostgreSQL {0} on this "
          "machine (on Debian: apt-get install postgresql-{0}).",
          origin, version_.full);
    }
    return error;
  }
  auto session = TRY(server_.session());
  if (!is_plain) TRY(give_settings(session));
  return settle_roles(session);
}

}  // namespace

ConfinedPlaces places_for(const fs::path& dump, std::vector<fs::path> writable) {
  return {.writable = std::move(writable),
          .readable = {dump},
          .reads = ConfinedPlaces::Reads::every_place};
}

std::string broken(const fs::path& path) {
  return "the dump " + path.string() + " is broken, or of something else";
}

Result<> load_dump(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server,
                   const Load& load) {
  return Loader(ingest, version, server, load).run();
}

}  // namespace slip::postgresql
