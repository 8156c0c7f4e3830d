// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <mysql.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <thread>

#include "operations/lookup.h"
#include "tests/integration/real_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;

// An application moves numbered amounts between PostgreSQL, MariaDB and a file all the while, in
// both directions (mover.cpp). Whatever is restored or branched from, it looks first whether there
// is an effect without its cause, and then does not start; so an operation that succeeds has proved
// it.
class OneInstant : public testing::TestWithParam<const char*> {
 protected:
  static bool make_container(Installation& installation, const std::string& durability) {
    const std::map<std::string, std::string> settings{{"durability", durability}};
    SourceConfig application{"files", {{"path", MOVER_TREE}}, {}};
    application.run = RunSection{.command = {"bin/mover"},
                                 .env = {{"PORT", "${port}"},
                                         {"FILES", "${directory}"},
                                         {"DATABASE_URL", "${db.URL}"},
                                         {"STOCK_HOST", "${stock.HOST}"},
                                         {"STOCK_PORT", "${stock.PORT}"},
                                         {"STOCK_USER", "${stock.USER}"},
                                         {"STOCK_PASSWORD", "${stock.PASSWORD}"},
                                         {"STOCK_DATABASE", "${stock.DATABASE}"}},
                                 .health = ""};
    return succeeds(installation, LinkSource{"db", {"postgresql", settings, {}}}) &&
           succeeds(installation, LinkSource{"stock", {"mariadb", settings, {}}}) &&
           succeeds(installation, LinkSource{"mover", application}) &&
           succeeds(installation, CreateTemplate{"moving",
                                                 {{"db", "db", 1, 0, {}},
                                                  {"stock", "stock", 1, 0, {}},
                                                  {"mover", "mover", 2, 0, {}}}}) &&
           succeeds(installation, CreateContainer{"qa", "moving", {}}) &&
           settles(installation, "qa");
  }
  static bool bookmark(Installation& installation, const std::string& name) {
    CreateBookmark request;
    request.container = "qa";
    request.name = name;
    return succeeds(installation, request);
  }
  static long long steps(Installation& installation) {
    return std::atoll(query(installation, "qa", "SELECT count(*) FROM steps").c_str());
  }
  // Until so much has been moved since; false if it does not go on.
  static bool moves_on(Installation& installation, long long by) {
    const long long before = steps(installation);
    for (int tries = 0; tries < 400; ++tries) {
      if (steps(installation) >= before + by) return true;
      std::this_thread::sleep_for(25ms);
    }
    std::cerr << "the application does not go on\n";
    return false;
  }

  RealWorld world_;
};

INSTANTIATE_TEST_SUITE_P(Durability, OneInstant, testing::Values("full", "relaxed"));

TEST_P(OneInstant, OfTwoDatabasesAndAFileInEveryBookmarkRestoreAndBranch) {
  constexpr int rounds = 6;
  world_.as_daemon([&](Installation& installation) {
    if (!make_container(installation, GetParam())) return false;
    for (int round = 0; round < rounds; ++round) {
      const std::string name = "b" + std::to_string(round);
      if (!moves_on(installation, 20) || !bookmark(installation, name)) return false;
      const std::string back_to = "b" + std::to_string(round - round % 3);
      const bool restores = round % 2 == 1;
      if (restores && !succeeds(installation, RestoreContainer{"qa", FromBookmark{back_to}})) {
        return false;
      }
      const CreateBranch branch{"qa", "of " + name, FromBookmark{name}, Activation::beside};
      if (!succeeds(installation, branch)) return false;
      if (!succeeds(installation, DeleteBranch{"qa", "of " + name})) return false;
    }
    return succeeds(installation, UndoContainer{"qa"}) && moves_on(installation, 20);
  });
}

// One line of transfers between the two databases, by connections to the container's endpoints.
class Transfers {
 public:
  Transfers(const Container& container, const std::string& password, bool begins_in_postgresql)
      : begins_in_postgresql_(begins_in_postgresql),
        postgresql_(
            PQconnectdb(("host=127.0.0.1 user=slip dbname=postgres port=" +
                         std::to_string(container.endpoints[0].port) + " password=" + password)
                            .c_str()),
            &PQfinish),
        mariadb_(mysql_init(nullptr), &mysql_close) {
    mysql_real_connect(mariadb_.get(), "127.0.0.1", "slip", password.c_str(), "slip",
                       container.endpoints[1].port, nullptr, 0);
  }
  bool run(const std::string& in_postgresql, const std::string& in_mariadb) {
    const auto first = [&] {
      PGresult* result = PQexec(postgresql_.get(), in_postgresql.c_str());
      const bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
      PQclear(result);
      return done;
    };
    const auto second = [&] { return mysql_query(mariadb_.get(), in_mariadb.c_str()) == 0; };
    return begins_in_postgresql_ ? first() && second() : second() && first();
  }
  std::string table() const { return begins_in_postgresql_ ? "there" : "back"; }
  bool make_tables() {
    const std::string sql = "CREATE TABLE " + table() + " (n BIGINT)";
    return run(sql, sql);
  }
  bool move(long long number) {
    const std::string sql = "INSERT INTO " + table() + " VALUES (" + std::to_string(number) + ")";
    return run(sql, sql);
  }
  // How far cause and effect have come.
  std::pair<long long, long long> counts() {
    const std::string sql = "SELECT COUNT(*) FROM " + table();
    PGresult* result = PQexec(postgresql_.get(), sql.c_str());
    const long long in_postgresql =
        PQntuples(result) == 1 ? std::atoll(PQgetvalue(result, 0, 0)) : -1;
    PQclear(result);
    mysql_query(mariadb_.get(), sql.c_str());
    MYSQL_RES* stored = mysql_store_result(mariadb_.get());
    const long long in_mariadb = stored == nullptr ? -1 : std::atoll(mysql_fetch_row(stored)[0]);
    mysql_free_result(stored);
    return begins_in_postgresql_ ? std::pair(in_postgresql, in_mariadb)
                                 : std::pair(in_mariadb, in_postgresql);
  }

 private:
  bool begins_in_postgresql_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> postgresql_;
  std::unique_ptr<MYSQL, decltype(&mysql_close)> mariadb_;
};

// Between two points, by both databases' logs: the same instant for both.
TEST_P(OneInstant, OfTwoDatabasesThatReplayTheirLogsToASecond) {
  world_.as_daemon([&](Installation& installation) {
    const std::map<std::string, std::string> settings{{"durability", GetParam()}};
    if (!succeeds(installation, LinkSource{"db", {"postgresql", settings, {}}}) ||
        !succeeds(installation, LinkSource{"stock", {"mariadb", settings, {}}}) ||
        !succeeds(installation,
                  CreateTemplate{"two", {{"db", "db", 1, 0, {}}, {"stock", "stock", 1, 0, {}}}}) ||
        !succeeds(installation, CreateContainer{"qa", "two", {}})) {
      return false;
    }
    const auto container = installation.catalog().read([](CatalogUnit& catalog) {
      return find_container(catalog, administrator(), Right::look, "qa");
    });
    const std::string password = password_of(installation, *container);
    const auto now = [&] { return installation.engine().world().clock.now(); };
    for (const bool forward : {true, false}) {
      if (!Transfers(*container, password, forward).make_tables()) return false;
    }
    if (!bookmark(installation, "base")) return false;
    std::atomic<bool> go_on = true;
    std::vector<std::thread> movers;
    for (const bool forward : {true, false}) {
      movers.emplace_back([&, forward] {
        Transfers line(*container, password, forward);
        for (long long number = 1; go_on && line.move(number); ++number) {
        }
      });
    }
    const Timestamp begin = now();
    while (now() < begin + Duration(4500)) std::this_thread::sleep_for(20ms);
    go_on = false;
    for (auto& mover : movers) mover.join();
    for (const int after : {1, 3}) {
      const Timestamp then{(begin.ms / 1000 + 1 + after) * 1000};
      if (!succeeds(installation, RestoreContainer{"qa", FromTime{then, ""}})) return false;
      for (const bool forward : {true, false}) {
        const auto [cause, effect] = Transfers(*container, password, forward).counts();
        std::cerr << "at " << to_rfc3339(then) << ": " << cause << " caused, " << effect
                  << " effected\n";
        if (effect > cause || cause > effect + 1 || effect < 10) return false;
      }
      if (!succeeds(installation, UndoContainer{"qa"})) return false;
    }
    return true;
  });
}

// The proof would be none if the application could not see it.
TEST(OneInstantProof, FailsWhereACauseIsMissing) {
  RealWorld world;
  world.as_daemon([](Installation& installation) {
    struct Access : OneInstant {
      using OneInstant::bookmark;
      using OneInstant::make_container;
      using OneInstant::moves_on;
    };
    if (!Access::make_container(installation, "full") || !Access::moves_on(installation, 40)) {
      return false;
    }
    query(
        installation, "qa",
        "DELETE FROM steps WHERE worker = 'there1' AND number > (SELECT max(number) - 5 FROM steps "
        "WHERE worker = 'there1')");
    if (!Access::bookmark(installation, "torn")) return false;
    const auto submitted =
        installation.engine().submit(administrator(), RestoreContainer{"qa", FromBookmark{"torn"}});
    const auto ended = installation.engine().wait(submitted->id, 60s);
    return ended && ended->state == OperationState::failed && ended->failure &&
           ended->failure->detail.find("VIOLATION by worker there1") != std::string::npos;
  });
}

}  // namespace
}  // namespace slip
