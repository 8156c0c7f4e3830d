// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/own_access.h"

#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/login.h"
#include "base/log.h"
#include "base/subprocess.h"

namespace slip::postgresql {

namespace {

constexpr const char* kNoted = "locked-out";  // in `trusted`

// As somebody who may give our role back its rights.
Result<Session> open_as_superuser(const LocalServer& server, Duration patience) {
  Error refused{.code = ErrorCode::permission_denied, .message = "no superuser is let in"};
  for (const std::string& role : {server.login, std::string("postgres")}) {
    for (const std::string& database :
         {std::string("postgres"), std::string("template1"), server.database}) {
      if (role.empty() || database.empty()) continue;
      auto session = Session::open_follower(server, role, database, patience);
      if (!session) continue;
      const auto rows =
          TRY(session->query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
      if (!rows.empty() && rows.front().front() == "t") return session;
      break;
    }
  }
  return refused;
}

Error locked_out(Error refused) {
  refused.message = "the database no longer lets Slipstream in: " + refused.message;
  refused.hint =
      "Somebody has locked every role that could, or every database: a restart of the branch lets "
      "it in again.";
  return refused;
}

// One a line. What is there already is an error, which ends nothing.
constexpr const char* kStatements =
    "CREATE ROLE slipstream SUPERUSER LOGIN\n"
    "ALTER ROLE slipstream SUPERUSER LOGIN CONNECTION LIMIT -1 VALID UNTIL 'infinity'\n";
constexpr const char* kOpenDatabases =
    "CREATE DATABASE postgres TEMPLATE template0\n"
    "ALTER DATABASE postgres ALLOW_CONNECTIONS true CONNECTION LIMIT -1\n";

}  // namespace

bool is_locked_out(const Error& refused) {
  return refused.code == ErrorCode::permission_denied || refused.code == ErrorCode::not_found ||
         refused.code == ErrorCode::precondition_failed;
}

Result<Session> open_own(const LocalServer& server, Duration patience) {
  auto session = Session::open_local(server, patience);
  if (session || !is_locked_out(session.error())) return session;
  if (session.error().code != ErrorCode::permission_denied) return locked_out(session.error());
  auto other = open_as_superuser(server, patience);
  if (!other) return locked_out(session.error());
  TRY(ensure_role(*other, std::string(kOwnRole)));
  return Session::open_local(server, patience);
}

Result<> note_locked_out(const Layout& layout) {
  return TRY(Directory::open(layout.trusted)).write_durably(kNoted, "");
}

Result<bool> was_locked_out(const Layout& layout) {
  return is_there(TRY(Directory::open(layout.trusted)), kNoted);
}

Result<> let_us_in_again(const PrivatePlace& place) {
  const Directory data = TRY(place.layout.open_data());
  // It is no standby, and the next start decides anew.
  TRY(data.remove("standby.signal"));
  const ServerVersion& version = place.version;
  Command command{.argv = {version.program("postgres"), "--single", "-D", "."},
                  .working_directory = place.layout.data(),
                  .input = std::string(kStatements) + kOpenDatabases,
                  .run_as = place.user.name,
                  .deadline = std::chrono::minutes(30)};
  for (auto& argument :
       server_arguments(version.major, 5432, place.layout.trusted / kDoorsFile, std::nullopt)) {
    command.argv.push_back(std::move(argument));
  }
  // What such a server has no use for, and its owner may have set to what is not here.
  for (const char* setting :
       {"shared_preload_libraries=", "session_preload_libraries=", "local_preload_libraries=",
        "default_transaction_read_only=off", "log_statement=none"}) {
    command.argv.insert(command.argv.end(), {"-c", setting});
  }
  ConfinedPlaces places{.writable = {place.layout.top->path()},
                        .readable = {version.prefix()},
                        .home = place.layout.top->path(),
                        .links = place.links};
  places.user = place.user.own;
  // Any database will do, one that takes no connections too.
  Error why{.code = ErrorCode::failed, .message = {}};
  for (const char* database : {"template1", "postgres", "template0"}) {
    Command one = command;
    one.argv.emplace_back(database);
    const auto output = TRY(run(TRY(place.confinement->confine(std::move(one), places))));
    spdlog::info("{}: single-user mode, {}: {}", place.layout.data().string(), database,
                 output.err);
    if (output.exit_status == 0) {
      return TRY(Directory::open(place.layout.trusted)).remove(kNoted);
    }
    why.detail = output.err;
  }
  why.message = "PostgreSQL " + version.full + " does not start in single-user mode either";
  why.hint = "Restore to a point before every role or database was locked.";
  return why;
}

}  // namespace slip::postgresql
