#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/follow.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/origin.h"
#include "adapters/mariadb/rights.h"
#include "adapters/mariadb/server_state.h"
#include "adapters/mariadb/session.h"
#include "base/log.h"

namespace slip::mariadb {

namespace {

constexpr std::string_view kCopying = "copying from the server";

// What can be known before the first byte is copied.
struct Plan {
  std::vector<std::string> databases;
  bool with_routines = false;
  bool with_position = false;
};

Result<std::vector<std::string>> choose_databases(Session& session, const UrlOrigin& origin) {
  if (!origin.database.empty()) return std::vector{origin.database};
  auto names = TRY(read_databases(session));
  if (!names.empty()) return names;
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the server at " + origin.where() + " shows " + origin.user +
                          " no database to copy"};
}

// Without one of these a dump would fail late, or leave something out without a word.
Result<> check_rights(const UrlOrigin& origin, const std::vector<std::string>& grants,
                      const std::vector<std::string>& databases) {
  for (const std::string& database : databases) {
    const std::string missing =
        missing_rights(rights_on(grants, database), {"SELECT", "SHOW VIEW", "TRIGGER", "EVENT"});
    if (missing.empty()) continue;
    return Error{.code = ErrorCode::permission_denied,
                 .message = origin.user + " lacks rights on the database " + database + " at " +
                            origin.where() + ": " + missing,
                 .hint = "As its administrator: GRANT " + missing + " ON " +
                         Session::quote_name(database) +
                         ".* TO the account; and for routines: "
                         "GRANT SELECT ON mysql.proc TO it."};
  }
  return {};
}

Result<Plan> ask_origin(const Ingest& ingest, const UrlOrigin& origin) {
  auto session = TRY(connect_to(origin));
  if (session.server_version().find("MariaDB") == std::string::npos) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "the server at " + origin.where() + " is MySQL " +
                            session.server_version() + "; only MariaDB is linked by its url",
                 .hint = "A plain dump of it can often be loaded: set dump instead."};
  }
  std::vector<std::string> grants;
  for (const Row& row : TRY(session.query("SHOW GRANTS"))) {
    grants.push_back(row.front().value_or(""));
  }
  Plan plan{.databases = TRY(choose_databases(session, origin))};
  TRY(check_rights(origin, grants, plan.databases));
  plan.with_routines = may_read_routines(grants);
  if (!plan.with_routines) {
    spdlog::warn("{} at {} lacks SELECT on mysql.proc: the copy is without stored routines.",
                 origin.user, origin.where());
    if (!ingest.go_on("without routines: SELECT on mysql.proc is missing")) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
  }
  // Only a server with a binary log knows a position, and tells it within the dump's transaction.
  const auto logging = TRY(session.query("SELECT @@log_bin"));
  plan.with_position = !logging.empty() && logging.front().front() == "1";
  return plan;
}

Result<Command> dump_command(const UrlOrigin& origin, const ServerVersion& version,
                             const Plan& plan, const std::filesystem::path& to) {
  Command command{.argv = {TRY(find_tool(version, "mariadb-dump", "mariadb-client")),
                           "--no-defaults", "--protocol=tcp", "--host=" + origin.host,
                           "--port=" + std::to_string(origin.port), "--user=" + origin.user,
                           "--skip-ssl-verify-server-cert", "--single-transaction", "--quick",
                           "--skip-lock-tables", "--events", "--triggers", "--hex-blob",
                           "--default-character-set=utf8mb4", "--max-allowed-packet=1G",
                           "--result-file=" + to.string()}};
  // In the environment only its own user and root can see it; an argument everybody could.
  if (!origin.password.empty()) command.env["MYSQL_PWD"] = origin.password;
  if (plan.with_routines) command.argv.emplace_back("--routines");
  if (plan.with_position) {
    command.argv.insert(command.argv.end(), {"--master-data=2", "--gtid"});
  }
  command.argv.emplace_back("--databases");
  command.argv.insert(command.argv.end(), plan.databases.begin(), plan.databases.end());
  return command;
}

// mariadb-dump's numbers for what went wrong at the server.
Error explain_dump(Error error, const UrlOrigin& origin) {
  const auto says = [&](const char* words) {
    return error.detail.find(words) != std::string::npos;
  };
  if (error.code != ErrorCode::failed) return error;
  if (says("denied") || says("insufficent privileges")) {
    error.code = ErrorCode::permission_denied;
    error.message = origin.user + " lacks a right at " + origin.where() + " to copy everything";
  } else if (says(" 2002") || says(" 2003") || says(" 2006") || says(" 2013") ||
             says("Lost connection") || says("gone away")) {
    error.code = ErrorCode::unavailable;
    error.message = "the connection to the server at " + origin.where() + " broke";
  }
  return error;
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const UrlOrigin& origin) {
  const ServerVersion version = TRY(choose_version(ingest));
  const Plan plan = TRY(ask_origin(ingest, origin));
  if (ingest.settings.follows) TRY(check_production(*ingest.settings.follows));
  TRY(make_layout(ingest.layout, ingest.user));
  const auto dump = ingest.directory / "dump";
  const Timestamp at = now();
  const auto copied =
      run_step(ingest, TRY(dump_command(origin, version, plan, dump)), kCopying, ErrorCode::failed,
               "the copy of the server at " + origin.where() + " failed");
  if (!copied) return explain_dump(copied.error(), origin);
  const DumpContent content = TRY(scan_dump(dump));
  TRY(load_dump(ingest, version, dump, content, "of " + origin.where()));
  TRY(remove_tree(dump));
  TRY(take_over(ingest, version, {.gtid = content.gtid, .definers = content.definers}));
  return DataPosition{.at = at, .position = position_text(content.gtid, content.binlog_position)};
}

}  // namespace slip::mariadb
