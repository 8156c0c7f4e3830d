// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/forget.h"

#include <thread>

#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/load_dump.h"
#include "adapters/mariadb/own_user.h"
#include "adapters/mariadb/server_state.h"

namespace slip::mariadb {

namespace {

constexpr auto kAnswerPatience = std::chrono::seconds(5);
constexpr auto kEndPatience = std::chrono::minutes(5);
constexpr std::string_view kRewriting = "making the masked data anew";

// In the source's directory, for as long as that takes.
constexpr const char* kSystem = "system.sql";
constexpr const char* kTables = "tables.sql";
constexpr const char* kFresh = "fresh";

// Of the running server, to a new file in the source's directory.
Result<> dump(const Ingest& ingest, const ServerVersion& version, const LocalServer& running,
              const char* to, std::vector<std::string> what) {
  TRY(ingest.top().remove(to));
  Command command{
      .argv = {TRY(find_tool(version, version.dialect->dump)), "--no-defaults", "--protocol=socket",
               "--socket=" + std::string(kSocketName), "--user=" + std::string(kOwnUser),
               "--single-transaction", "--quick", "--skip-lock-tables", "--skip-add-locks",
               "--hex-blob", "--default-character-set=utf8mb4", "--max-allowed-packet=1G",
               "--result-file=" + (ingest.top().path() / to).string()},
      .env = {{"MYSQL_PWD", running.password}},
      // The socket's path is limited to 107 bytes.
      .working_directory = ingest.layout.run(),
      .run_as = ingest.user.name};
  for (auto& argument : version.dialect->dump_arguments({})) {
    command.argv.push_back(std::move(argument));
  }
  for (auto& argument : what) command.argv.push_back(std::move(argument));
  TRY(run_step(ingest, std::move(command), ingest.place(version).places(), kRewriting,
               ErrorCode::failed, "the masked data cannot be read"));
  return {};
}

Result<> end_server(Session& session, const Directory& data) {
  TRY(session.query("SHUTDOWN"));
  const auto deadline = std::chrono::steady_clock::now() + kEndPatience;
  while (TRY(server_runs_on(data))) {
    if (std::chrono::steady_clock::now() > deadline) {
      return Error{.code = ErrorCode::timed_out, .message = "the database does not end"};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

// A new data directory with what the dumps say.
Result<> make_fresh(const Ingest& fresh, const ServerVersion& version, const Directory& dumps,
                    bool has_tables, Heritage heritage) {
  TRY(make_layout(fresh.layout, fresh.user));
  TRY(initialize(fresh, version));
  {
    auto server =
        TRY(PrivateServer::start(fresh.place(version), [&] { return fresh.go_on(kRewriting); }));
    if (has_tables) {
      UniqueFd tables = TRY(dumps.open_file(kTables));
      const DumpContent content = TRY(scan_dump(tables.get(), dumps.path() / kTables));
      heritage.definers = content.definers;
      if (content.needs_edits()) {
        tables = TRY(as_loadable(fresh, tables.get(), false, dumps.path() / kTables));
      }
      TRY(load_file(fresh, version, server, tables.get(), "", "of the masked data"));
    }
    // Last: from its next start on the server goes by these.
    const UniqueFd system = TRY(dumps.open_file(kSystem));
    TRY(load_file(fresh, version, server, system.get(), "mysql", "of the masked data"));
    TRY(server.stop());
  }
  return take_over(fresh, version, heritage);
}

}  // namespace

Result<> forget_the_past(const Ingest& ingest, const ServerVersion& version,
                         const LocalServer& running) {
  const Directory& top = ingest.top();
  auto session = TRY(Session::open_local(running, kAnswerPatience));
  const auto databases = TRY(read_databases(session));
  Heritage heritage;
  const Dialect& dialect = ingest.dialect();
  const auto gtid = TRY(session.query(std::string(dialect.gtids_query)));
  if (!gtid.empty()) heritage.gtid = gtid.front().front().value_or("");
  std::vector<std::string> what = {"--no-create-info", "--skip-triggers", "--replace", "mysql"};
  what.insert(what.end(), dialect.system_tables.begin(), dialect.system_tables.end());
  TRY(dump(ingest, version, running, kSystem, std::move(what)));
  what = {"--events", "--triggers", "--routines", "--databases", "--"};
  what.insert(what.end(), databases.begin(), databases.end());
  if (!databases.empty()) TRY(dump(ingest, version, running, kTables, std::move(what)));

  TRY(top.remove(kFresh));
  Ingest fresh = ingest;
  fresh.layout =
      layout_in(TRY(top.make_directory(kFresh, {.mode = 0700, .owner = ingest.user.ids})));
  TRY(make_fresh(fresh, version, top, !databases.empty(), std::move(heritage)));

  TRY(end_server(session, TRY(top.open_directory(kData))));
  for (const char* folder : {kData, kLog}) {
    TRY(top.remove(folder));
    TRY(top.rename(std::filesystem::path(kFresh) / folder, folder));
  }
  for (const char* left : {kFresh, kSystem, kTables}) TRY(top.remove(left));
  return top.sync_file_system();
}

}  // namespace slip::mariadb
