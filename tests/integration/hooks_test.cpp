// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <fstream>
#include <iostream>
#include <thread>

#include "base/subprocess.h"
#include "operations/lookup.h"
#include "tests/integration/real_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kNames = "select string_agg(distinct name, ',') from people";

Hook sql(HookMoment when, std::string text) {
  return {.when = when, .sql = std::move(text)};
}

// True if something on this machine takes connections there.
bool listens(std::uint16_t port) {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

class HooksOnRealDatabases : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::permissions(directory_.path(), std::filesystem::perms(0755));
    produce("Erika Mustermann");
  }
  // What production holds, as a dump.
  void produce(const std::string& name) {
    std::ofstream(directory_.path() / "people.sql")
        << "CREATE TABLE people (id int PRIMARY KEY, name text);\n"
        << "INSERT INTO people SELECT i, '" << name << "' FROM generate_series(1, 1000) i;\n";
  }
  SourceConfig source() const {
    // Tests look into its files.
    return {"postgresql",
            {{"dump", (directory_.path() / "people.sql").string()}, {"superuser", "true"}},
            {}};
  }
  static SourcePlace place(std::vector<Hook> hooks) {
    return {"db", "people", 1, 0, {}, std::move(hooks)};
  }
  bool begin(Installation& installation, std::vector<Hook> hooks) const {
    return succeeds(installation, LinkSource{"people", source()}) &&
           succeeds(installation, CreateTemplate{"crm", {place(std::move(hooks))}}) &&
           succeeds(installation, CreateContainer{"qa", "crm", {}}) && settles(installation, "qa");
  }
  template <class Request>
  static Operation act(Installation& installation, const Request& request) {
    const auto submitted = installation.engine().submit(administrator(), request);
    if (!submitted) std::cerr << submitted.error().describe() << "\n";
    if (!submitted) return {};
    return installation.engine().wait(submitted->id, 100s).value_or(Operation());
  }
  static Operation bookmark(Installation& installation, const std::string& name) {
    CreateBookmark request;
    request.container = "qa";
    request.name = name;
    return act(installation, request);
  }
  // The ports of what is being masked just now.
  static std::vector<std::uint16_t> ports_of_the_mask(Installation& installation) {
    std::vector<std::uint16_t> out;
    (void)installation.catalog().read([&](CatalogUnit& catalog) -> Result<> {
      for (const auto& volume : TRY(catalog.volumes().all())) {
        if (volume.places.empty()) continue;
        for (const auto& [name, port] : volume.ports) out.push_back(port);
      }
      return {};
    });
    return out;
  }

  TemporaryDirectory directory_;
  RealWorld world_;
};

#define MUST(condition)                                       \
  if (!(condition)) {                                         \
    std::cerr << "line " << __LINE__ << ": " #condition "\n"; \
    return false;                                             \
  }

TEST_F(HooksOnRealDatabases, NoContainerSeesWhatIsNotMaskedNotEvenWhileASyncRuns) {
  world_.as_daemon([this](Installation& installation) {
    const auto mask = sql(HookMoment::mask,
                          "SELECT pg_sleep(1); UPDATE people SET name = 'masked';"
                          "SELECT pg_sleep(1)");
    MUST(begin(installation, {mask}));
    MUST(query(installation, "qa", kNames) == "masked");
    return true;
  });
  produce("Max Mustermann");
  world_.as_daemon([](Installation& installation) {
    const auto sync = installation.engine().submit(administrator(), SyncSource{"people"});
    MUST(sync);
    int looked = 0;
    bool made = false;
    for (auto now = *sync; !now.ended(); now = *installation.engine().wait(sync->id, 50ms)) {
      const auto ports = ports_of_the_mask(installation);
      for (const auto port : ports) MUST(!listens(port));
      if (!ports.empty()) ++looked;
      if (looked < 3 || made) continue;
      made = true;
      MUST(succeeds(installation, CreateContainer{"meanwhile", "crm", {}}));
      MUST(query(installation, "meanwhile", kNames) == "masked");
    }
    MUST(made);
    MUST(installation.engine().wait(sync->id, 1s)->state == OperationState::succeeded);
    return true;
  });
  world_.as_daemon([](Installation& installation) {
    MUST(succeeds(installation, RefreshContainer{"qa"}));
    MUST(settles(installation, "qa"));
    MUST(query(installation, "qa", kNames) == "masked");
    // Nor what the masking left of it: in statistics, pages or the log.
    MUST(query(installation, "qa",
               "select count(*) from pg_stats where most_common_vals::text like '%Mustermann%'") ==
         "0");
    MUST(
        query(installation, "qa",
              "select bool_or(position('Mustermann'::bytea in pg_read_binary_file('pg_wal/' || f)) "
              "> 0) from (select name from pg_ls_waldir()) w(f)") == "f");
    MUST(query(installation, "qa",
               "select position('Mustermann'::bytea in "
               "pg_read_binary_file(pg_relation_filepath('people')))") == "0");
    return true;
  });
}

// In MariaDB, through the container's endpoint; everything that the client says.
std::string query_mariadb(Installation& installation, const Container& container, std::size_t place,
                          const std::string& sql) {
  const auto said =
      run_ok({.argv = {"mariadb", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1",
                       "--port=" + std::to_string(container.endpoints[place].port), "--user=slip",
                       "--password=" + password_of(installation, container), "--skip-column-names",
                       "slip", "-e", sql}});
  return said ? *said : said.error().describe();
}

TEST_F(HooksOnRealDatabases, MaskAndThinOutMariadbBesidePostgresql) {
  const auto dump = directory_.path() / "shop.sql";
  std::ofstream(dump) << "CREATE TABLE people (id INT PRIMARY KEY, name TEXT);\n"
                         "CREATE TABLE orders (id INT PRIMARY KEY,"
                         " person INT REFERENCES people (id));\n"
                         "INSERT INTO people SELECT seq, 'Erika Mustermann' FROM seq_1_to_1000;\n"
                         "INSERT INTO orders SELECT seq, seq FROM seq_1_to_1000;\n";
  world_.as_daemon([&](Installation& installation) {
    const Hook look{.when = HookMoment::mask,
                    .command = {"look.sh"},
                    .program =
                        "#!/bin/sh\nMYSQL_PWD=$SELF_PASSWORD mariadb --no-defaults -N "
                        "--socket=\"$SELF_SOCKET\" --user=\"$SELF_USER\" \"$SELF_DATABASE\" "
                        "-e 'SELECT CONCAT(COUNT(*), name) FROM people GROUP BY name'\n"};
    const auto mask = sql(HookMoment::mask, "UPDATE people SET name = 'masked'");
    const SourcePlace stock{"stock", "shop", 1, 0, {}, {mask, look}, {{"orders", "id <= 3"}}};
    MUST(succeeds(installation, LinkSource{"people", source()}));
    MUST(succeeds(
        installation,
        LinkSource{"shop", {"mariadb", {{"dump", dump.string()}, {"database", "slip"}}, {}}}));
    const auto made = act(installation, CreateTemplate{"crm", {stock, place({mask})}});
    if (made.failure) std::cerr << made.failure->message << "\n" << made.failure->detail << "\n";
    MUST(made.state == OperationState::succeeded);
    std::string said;
    for (const auto& step : made.steps) {
      for (const auto& run : step.findings.hooks) said += run.output;
    }
    MUST(said.find("orders: 997 rows deleted, 3 kept\n") != std::string::npos);
    MUST(said.find("3masked\n") != std::string::npos);
    MUST(succeeds(installation, CreateContainer{"qa", "crm", {}}));
    const auto container = installation.catalog().read([&](CatalogUnit& catalog) {
      return find_container(catalog, administrator(), Right::look, "qa");
    });
    MUST(container);
    MUST(query_mariadb(installation, *container, 0, "SELECT COUNT(*), MAX(name) FROM people") ==
         "3\tmasked\n");
    return true;
  });
}

TEST_F(HooksOnRealDatabases, AMaskThatFailsLeavesTheTemplateAsItIs) {
  const auto script = directory_.path() / "mask.sh";
  std::ofstream(script) << "#!/bin/sh\necho \"mask of $SLIP_SOURCE at $SELF_HOST\"\n"
                           "[ ! -e \"$(dirname \"$0\")/refuse\" ]\n";
  std::filesystem::permissions(script, std::filesystem::perms(0755));
  world_.as_daemon([&](Installation& installation) {
    return begin(installation, {sql(HookMoment::mask, "UPDATE people SET name = 'masked'"),
                                {.when = HookMoment::mask, .command = {script.string()}}});
  });
  produce("Max Mustermann");
  world_.as_daemon([&](Installation& installation) {
    std::ofstream(directory_.path() / "refuse") << "";
    const auto sync = act(installation, SyncSource{"people"});
    std::filesystem::remove(directory_.path() / "refuse");

    MUST(sync.state == OperationState::failed);
    MUST(sync.failure->message.find("the mask hook of db (mask.sh) failed: it ended with exit "
                                    "status 1") != std::string::npos);
    MUST(sync.failure->detail.starts_with("mask of db at /"));
    MUST(succeeds(installation, RefreshContainer{"qa"}));
    MUST(settles(installation, "qa"));
    MUST(query(installation, "qa", kNames) == "masked");
    return true;
  });
  world_.as_daemon(
      [](Installation& installation) { return succeeds(installation, SyncSource{"people"}); });
}

TEST_F(HooksOnRealDatabases, RunInTheSandboxWithTheAddressesOfTheSources) {
  world_.as_daemon([this](Installation& installation) {
    const Hook look{.when = HookMoment::pre_snapshot,
                    .command = {"look.sh", "one"},
                    .program =
                        "#!/bin/sh\necho \"$1 $SLIP_HOOK $DB_HOST:$DB_PORT $SELF_URL\"\n"
                        "id -u; ls\n"};
    MUST(begin(installation, {look}));

    const auto made = bookmark(installation, "base");

    MUST(made.state == OperationState::succeeded);
    const auto& runs = made.steps.front().findings.hooks;
    MUST(runs.size() == 1);
    const std::string& said = runs.front().output;
    MUST(said.starts_with("one pre_snapshot 127.0.0.1:"));
    MUST(said.find(" postgresql://slip:") != std::string::npos);
    MUST(said.find("\n0\n") == std::string::npos);
    MUST(said.find("data\nlog\nrun\n") != std::string::npos);
    return true;
  });
}

// Limits that production sets for those who work with it are not meant for hooks, programs
// included.
TEST_F(HooksOnRealDatabases, ThatAreProgramsAreNotEndedByTheTimeLimitsOfTheDatabase) {
  world_.as_daemon([this](Installation& installation) {
    const Hook slow{.when = HookMoment::pre_snapshot,
                    .command = {"slow.sh"},
                    .program =
                        "#!/bin/sh\n"
                        "psql \"$DB_URL\" -Atc \"SELECT 'slow', pg_sleep(0.4)\" 2>&1\n"
                        "(sleep 0.4; echo \"SELECT 'idle';\";"
                        " echo 'BEGIN;'; sleep 0.4; echo \"SELECT 'in a transaction';\") |"
                        " psql \"$DB_URL\" -At 2>&1\n"
                        "PGOPTIONS= psql \"$DB_URL\" -Atc 'SELECT pg_sleep(0.4)' 2>&1\n"
                        "true\n"};
    MUST(begin(installation, {slow}));
    query(installation, "qa",
          "DO $$ DECLARE s text; BEGIN FOR s IN SELECT name FROM pg_settings WHERE name IN "
          "('statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', "
          "'transaction_timeout') LOOP EXECUTE format('ALTER DATABASE %I SET %I = 200', "
          "current_database(), s); EXECUTE format('ALTER ROLE slip SET %I = 200', s); END LOOP; "
          "END $$");

    const auto made = bookmark(installation, "base");

    MUST(made.state == OperationState::succeeded);
    const std::string& said = made.steps.front().findings.hooks.front().output;
    if (!said.starts_with("slow|\nidle\nBEGIN\nin a transaction\n")) std::cerr << said;
    MUST(said.starts_with("slow|\nidle\nBEGIN\nin a transaction\n"));
    // PostgreSQL 17 knows two limits that both are over.
    MUST(said.find("due to statement timeout") != std::string::npos ||
         said.find("due to transaction timeout") != std::string::npos);
    return true;
  });
}

TEST_F(HooksOnRealDatabases, EndAtTheirTimeLimitAndMayBeAllowedToFail) {
  world_.as_daemon([this](Installation& installation) {
    auto slow = sql(HookMoment::post_refresh,
                    "DO $$ BEGIN RAISE NOTICE 'begun'; END $$; SELECT pg_sleep(1000)");
    slow.time_limit_s = 1;
    MUST(begin(installation, {slow}));
    query(installation, "qa", "create table mine (a int)");

    const auto refresh = act(installation, RefreshContainer{"qa"});

    MUST(refresh.state == OperationState::failed);
    MUST(refresh.failure->message.find("it did not end within 1 s") != std::string::npos);
    MUST(refresh.failure->detail.starts_with("NOTICE:  begun\n"));
    MUST(settles(installation, "qa"));
    MUST(query(installation, "qa", "select count(*) from mine") == "0");

    slow.on_error = OnHookError::continue_;
    MUST(succeeds(
        installation,
        VersionTemplate{"crm",
                        {place({slow, sql(HookMoment::post_refresh, "create table after ()")})}}));
    MUST(succeeds(installation, RefreshContainer{"qa"}));
    MUST(settles(installation, "qa"));
    MUST(query(installation, "qa", "select count(*) from after") == "0");
    return true;
  });
}

TEST_F(HooksOnRealDatabases, AfterASnapshotRunWhenThatCameToNothing) {
  world_.as_daemon([this](Installation& installation) {
    MUST(begin(installation,
               {sql(HookMoment::configure_clone, "create table acts (what text)"),
                sql(HookMoment::pre_snapshot,
                    "insert into acts values ('held');"
                    "commit; select nonsense"),
                sql(HookMoment::post_snapshot, "insert into acts values ('goes on')")}));

    const auto made = bookmark(installation, "base");

    MUST(made.state == OperationState::failed);
    MUST(query(installation, "qa", "select string_agg(what, ',') from acts") == "held,goes on");
    return true;
  });
}

}  // namespace
}  // namespace slip
