// SPDX-License-Identifier: Apache-2.0
#pragma once

// A MariaDB adapter on this machine, with real servers, for its tests.

#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>
#include <sstream>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/fresh_data_world.h"
#include "adapters/mariadb/mariadb_adapter.h"
#include "adapters/mariadb/own_user.h"
#include "adapters/mariadb/session.h"
#include "tests/contract/adapter_certificates.h"
#include "tests/contract/server_world.h"

namespace slip::test {

// Where servers are: the folders in SERVER_PROGRAMS, separated by colons, or the usual ones.
inline std::vector<std::string> program_folders(const mariadb::Dialect& dialect) {
  const char* named = std::getenv("SERVER_PROGRAMS");
  if (named == nullptr) return dialect.folders;
  std::vector<std::string> folders;
  std::istringstream each(named);
  for (std::string folder; std::getline(each, folder, ':');) folders.push_back(folder);
  return folders;
}

// Looked for once: it runs every program that may be one.
inline const mariadb::Installed& installed(const mariadb::Dialect& dialect) {
  static std::map<std::string_view, mariadb::Installed> found;
  const auto known = found.find(dialect.kind);
  if (known != found.end()) return known->second;
  return found.emplace(dialect.kind, mariadb::find_servers(dialect, program_folders(dialect)))
      .first->second;
}

class MariadbWorld : public ServerWorld {
 public:
  // With servers of that series; none: whichever the adapter chooses.
  explicit MariadbWorld(const mariadb::Dialect& dialect = mariadb::mariadb_dialect(),
                        std::string series = "")
      : dialect_(dialect), series_(std::move(series)) {}

  const Adapter& adapter() override { return adapter_; }
  SourceConfig good() override { return with({}); }
  SourceConfig malformed() override { return with({{"durabilty", "full"}}); }
  SourceConfig with(std::map<std::string, std::string> settings) {
    settings.try_emplace("superuser", "true");  // most tests look behind what an owner sees
    if (!series_.empty()) settings.try_emplace("version", series_);
    return SourceConfig{
        .kind = std::string(dialect_.kind), .settings = std::move(settings), .run = {}};
  }
  void put(const InstanceContext& instance, const std::string& text) override {
    sql(instance, "CREATE TABLE IF NOT EXISTS notes (t VARCHAR(200))");
    sql(instance, "INSERT INTO notes VALUES ('" + text + "')");
  }
  bool has(const InstanceContext& instance, const std::string& text) override {
    return one(instance, "SELECT COUNT(*) FROM notes WHERE t = '" + text + "'") != "0";
  }
  std::string sleep_statement() override { return "SELECT SLEEP(10000)"; }
  const mariadb::Dialect& dialect() const { return dialect_; }

  bool is_mysql() const { return &dialect_ == &mariadb::mysql_dialect(); }
  std::string program(const mariadb::Dialect::Program& program) const {
    for (const auto& version : installed(dialect_).versions) {
      if (series_.empty() || version.series.text() == series_) {
        return mariadb::find_tool(version, program).value();
      }
    }
    return "";
  }
  // Of a statement in MariaDB's words, what the server under test has for them: tables of numbers,
  // seq_1_to_100, and the other engine without transactions.
  std::string in_its_words(const std::string& statement) const {
    if (!is_mysql()) return statement;
    static const std::regex numbers("seq_1_to_([0-9]+)( [pc]\\b)?");
    std::string text;
    auto at = statement.cbegin();
    for (std::sregex_iterator one(statement.begin(), statement.end(), numbers), end; one != end;
         ++one) {
      text.append(at, (*one)[0].first);
      text += "(WITH RECURSIVE s (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM s WHERE seq < " +
              (*one)[1].str() + ") SELECT seq FROM s)" +
              ((*one)[2].matched ? (*one)[2].str() : std::string(" numbers"));
      at = (*one)[0].second;
    }
    text.append(at, statement.cend());
    for (const auto& [theirs, its] : {std::pair("ENGINE=Aria", "ENGINE=MyISAM"),
                                      {"PERSISTENT FOR ALL", "UPDATE HISTOGRAM ON name"},
                                      {"CREATE SEQUENCE [^;]*", "DO 0"}}) {
      text = std::regex_replace(text, std::regex(theirs), its);
    }
    return text;
  }

  // The transactions that its log has.
  std::string gtids(const InstanceContext& instance) {
    const auto rows = sql(instance, std::string(dialect_.gtids_query));
    return rows.empty() ? "" : rows.front()[1].value_or("");
  }

  // As we do: with every right.
  Result<mariadb::Session> own_session(const InstanceContext& instance) {
    const Directory top = TRY(Directory::open(instance.directory));
    const RunUser user = TRY(find_run_user(run_user(), instance.user));
    return mariadb::Session::open_local(
        {.directory = top,
         .run = mariadb::kRun,
         .password = TRY(mariadb::read_own_password(TRY(Directory::open(instance.trusted)))),
         .user = user.seen_as()},
        std::chrono::seconds(5));
  }
  // As people do: over TCP with the container's login.
  Result<mariadb::Session> log_in(const InstanceContext& instance, const Login& login,
                                  const std::string& database = "slip") {
    return mariadb::Session::open({.host = "127.0.0.1",
                                   .port = instance.port,
                                   .user = login.user,
                                   .password = login.password,
                                   .database = database},
                                  std::chrono::seconds(5));
  }
  mariadb::Rows sql(const InstanceContext& instance, const std::string& statement,
                    const std::string& database = "slip") {
    auto session = log_in(instance, instance.login, database);
    EXPECT_TRUE(session) << (session ? "" : session.error().detail);
    if (!session) return {};
    auto rows = session->query(in_its_words(statement), std::chrono::seconds(30));
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().detail);
    return rows.value_or(mariadb::Rows());
  }
  // The single value of the first row.
  std::string one(const InstanceContext& instance, const std::string& statement,
                  const std::string& database = "slip") {
    const auto rows = sql(instance, statement, database);
    return rows.empty() || rows.front().empty() ? "" : rows.front().front().value_or("");
  }

  // An empty source, as `ingest` makes it; made once in the whole program, and then copied.
  Result<> fill(const InstanceContext& instance) {
    static std::map<std::string, std::unique_ptr<TemporaryDirectory>> made;
    auto& folder = made[std::string(dialect_.kind) + series_];
    if (!folder) {
      auto fresh = std::make_unique<TemporaryDirectory>();
      ::chmod(fresh->path().c_str(), 0755);
      TRY(adapter_.ingest({.config = with({}),
                           .directory = folder_for_run_user(fresh->path(), "empty"),
                           .trusted = trusted_folder(fresh->path(), "empty"),
                           .progress = {}}));
      folder = std::move(fresh);
    }
    TRY(run_ok(Command{
        .argv = {"cp", "-a", (folder->path() / "empty/.").string(), instance.directory.string()}}));
    return {};
  }

 private:
  const mariadb::Dialect& dialect_;
  std::string series_;
  MariadbAdapter adapter_{MariadbOptions{.dialect = dialect_,
                                         .program_folders = program_folders(dialect_),
                                         .user = run_user(),
                                         .confinement = keeps_fresh_data(),
                                         .certificates = certificates(files())}};
};

// One world a series that is installed, for suites that every one must pass.
inline std::vector<MakeAdapterWorld> world_of_each_series(const mariadb::Dialect& dialect) {
  std::vector<MakeAdapterWorld> worlds;
  for (const auto& version : installed(dialect).versions) {
    worlds.push_back([&dialect, series = version.series.text()] {
      return std::make_unique<MariadbWorld>(dialect, series);
    });
  }
  return worlds;
}
// Of both products; what is said of one is asked of both. Debian's stable releases have no MySQL.
inline std::vector<MakeAdapterWorld> worlds() {
  auto worlds = world_of_each_series(mariadb::mariadb_dialect());
  for (auto& world : world_of_each_series(mariadb::mysql_dialect())) {
    worlds.push_back(std::move(world));
  }
  return worlds;
}

}  // namespace slip::test
