#include "adapters/mariadb/forget.h"

#include <thread>

#include "adapters/mariadb/configuration.h"
#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/own_user.h"
#include "adapters/mariadb/server_state.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr auto kAnswerPatience = std::chrono::seconds(5);
constexpr auto kEndPatience = std::chrono::minutes(5);
constexpr std::string_view kRewriting = "making the masked data anew";

// Of the running server, to a file in the source's directory.
Result<> dump(const Ingest& ingest, const ServerVersion& version, const fs::path& to,
              std::vector<std::string> what) {
  Command command{.argv = {TRY(find_tool(version, version.dialect->dump)), "--no-defaults",
                           "--protocol=socket", "--socket=" + std::string(kSocketName),
                           "--user=" + std::string(kOwnUser), "--single-transaction", "--quick",
                           "--skip-lock-tables", "--hex-blob", "--default-character-set=utf8mb4",
                           "--max-allowed-packet=1G", "--result-file=" + to.string()},
                  .env = {{"MYSQL_PWD", TRY(read_own_password(ingest.layout.run))}},
                  // The socket's path is limited to 107 bytes.
                  .working_directory = ingest.layout.run};
  for (auto& argument : version.dialect->dump_arguments({})) {
    command.argv.push_back(std::move(argument));
  }
  for (auto& argument : what) command.argv.push_back(std::move(argument));
  TRY(run_step(ingest, std::move(command), kRewriting, ErrorCode::failed,
               "the masked data cannot be read"));
  return {};
}

Result<> end_server(Session& session, const Layout& layout) {
  TRY(session.query("SHUTDOWN"));
  const auto deadline = std::chrono::steady_clock::now() + kEndPatience;
  while (server_runs_on(layout.data)) {
    if (std::chrono::steady_clock::now() > deadline) {
      return Error{.code = ErrorCode::timed_out, .message = "the database does not end"};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

}  // namespace

Result<> forget_the_past(const Ingest& ingest, const ServerVersion& version) {
  auto session = TRY(Session::open_local(ingest.layout.run, kAnswerPatience));
  const auto databases = TRY(read_databases(session));
  Heritage heritage;
  const Dialect& dialect = ingest.dialect();
  const auto gtid = TRY(session.query(std::string(dialect.gtids_query)));
  if (!gtid.empty()) heritage.gtid = gtid.front().front().value_or("");
  const fs::path system = ingest.directory / "system.sql";
  const fs::path tables = ingest.directory / "tables.sql";
  std::vector<std::string> what = {"--no-create-info", "--skip-triggers", "--replace", "mysql"};
  what.insert(what.end(), dialect.system_tables.begin(), dialect.system_tables.end());
  TRY(dump(ingest, version, system, std::move(what)));
  what = {"--events", "--triggers", "--routines", "--databases", "--"};
  what.insert(what.end(), databases.begin(), databases.end());
  if (!databases.empty()) TRY(dump(ingest, version, tables, std::move(what)));

  Ingest fresh = ingest;
  fresh.directory = ingest.directory / "fresh";
  fresh.layout = layout_of(fresh.directory);
  TRY(make_private_directory(fresh.directory, ingest.user));
  TRY(make_layout(fresh.layout, ingest.user));
  TRY(initialize(fresh, version));
  TRY(write_configuration(dialect, fresh.layout.data, fresh.settings, fresh.user));
  {
    auto server = TRY(PrivateServer::start(version, fresh.layout, fresh.user,
                                           [&] { return ingest.go_on(kRewriting); }));
    if (!databases.empty()) {
      heritage.definers = TRY(scan_dump(tables)).definers;
      TRY(load_file(fresh, version, server, tables, "", "of the masked data"));
    }
    // Last: from its next start on the server goes by these.
    TRY(load_file(fresh, version, server, system, "mysql", "of the masked data"));
    TRY(server.stop());
  }
  TRY(take_over(fresh, version, heritage));

  TRY(end_server(session, ingest.layout));
  for (const auto& folder : {&Layout::data, &Layout::log}) {
    TRY(remove_tree(ingest.layout.*folder));
    std::error_code failed;
    fs::rename(fresh.layout.*folder, ingest.layout.*folder, failed);
    if (failed) return error_from_errno(failed.value(), "put the masked data in its place");
  }
  for (const auto& left : {fresh.directory, system, tables}) TRY(remove_tree(left));
  return sync_file_system(ingest.directory);
}

}  // namespace slip::mariadb
