// SPDX-License-Identifier: Apache-2.0
#pragma once

// A PostgreSQL adapter on this machine, with real servers, for its tests.

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "adapters/postgresql/postgresql_adapter.h"
#include "adapters/postgresql/session.h"
#include "tests/contract/adapter_certificates.h"
#include "tests/contract/server_world.h"

namespace slip::test {

// Where servers are: the folders in POSTGRESQL_PROGRAMS, separated by colons, or the usual ones.
inline std::vector<std::string> program_folders() {
  const char* named = std::getenv("POSTGRESQL_PROGRAMS");
  if (named == nullptr) return postgresql::usual_program_folders();
  std::vector<std::string> folders;
  std::istringstream each(named);
  for (std::string folder; std::getline(each, folder, ':');) folders.push_back(folder);
  return folders;
}

class PostgresqlWorld : public ServerWorld {
 public:
  // With servers of that major version; 0: whichever the adapter chooses.
  explicit PostgresqlWorld(int major = 0) : major_(major) {}

  const Adapter& adapter() override { return adapter_; }
  SourceConfig good() override { return with({}); }
  SourceConfig malformed() override { return with({{"durabilty", "full"}}); }
  SourceConfig with(std::map<std::string, std::string> settings) {
    settings.try_emplace("superuser", "true");  // most tests look behind what an owner sees
    if (major_ != 0) settings.try_emplace("version", std::to_string(major_));
    return SourceConfig{.kind = "postgresql", .settings = std::move(settings), .run = {}};
  }
  void put(const InstanceContext& instance, const std::string& text) override {
    sql(instance, "CREATE TABLE IF NOT EXISTS notes (t text)");
    sql(instance, "INSERT INTO notes VALUES ($1)", {text});
  }
  bool has(const InstanceContext& instance, const std::string& text) override {
    const auto rows = sql(instance, "SELECT count(*) FROM notes WHERE t = $1", {text});
    return !rows.empty() && rows.front().front() != "0";
  }
  std::string sleep_statement() override { return "SELECT pg_sleep(10000)"; }
  // The version it was made with.
  postgresql::ServerVersion server() const {
    return postgresql::find_major(postgresql::find_server_versions(program_folders()), major_)
        .value();
  }

  // As people do: over TCP with the container's login.
  Result<postgresql::Session> log_in(const InstanceContext& instance, const Login& login,
                                     const std::string& database = "postgres") {
    return postgresql::Session::open({{"host", "127.0.0.1"},
                                      {"port", std::to_string(instance.port)},
                                      {"user", login.user},
                                      {"password", login.password},
                                      {"dbname", database}},
                                     std::chrono::seconds(5));
  }
  postgresql::Rows sql(const InstanceContext& instance, const std::string& statement,
                       const std::vector<std::string>& parameters = {},
                       const std::string& database = "postgres") {
    auto session = log_in(instance, instance.login, database);
    EXPECT_TRUE(session) << (session ? "" : session.error().detail);
    if (!session) return {};
    auto rows = session->query(statement, parameters);
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().detail);
    return rows.value_or(postgresql::Rows());
  }

 private:
  int major_;
  PostgresqlAdapter adapter_{PostgresqlOptions{.program_folders = program_folders(),
                                               .user = run_user(),
                                               .confinement = test::confinement(),
                                               .certificates = certificates(files())}};
};

// One world a version that is installed, for suites that every one must pass.
inline std::vector<MakeAdapterWorld> world_of_each_version() {
  std::vector<MakeAdapterWorld> worlds;
  for (const auto& version : postgresql::find_server_versions(program_folders())) {
    worlds.push_back([major = version.major] { return std::make_unique<PostgresqlWorld>(major); });
  }
  return worlds;
}

}  // namespace slip::test
