// SPDX-License-Identifier: Apache-2.0
// Connections to an endpoint while its daemon is replaced, and while there is none.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "base/subprocess.h"
#include "gateway/kernel_lane.h"
#include "operations/lookup.h"
#include "tests/integration/real_world.h"

namespace slip {
namespace {

constexpr const char* kSessions =
    "SELECT count(*) || ': ' || coalesce(string_agg(pid::text, ',' ORDER BY pid), '') "
    "FROM pg_stat_activity WHERE application_name = 'pgbench'";
constexpr const char* kTransactions =
    "SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'";

bool make_container(Installation& installation) {
  return succeeds(
             installation,
             LinkSource{"db",
                        {"postgresql", {{"durability", "relaxed"}, {"superuser", "true"}}, {}}}) &&
         succeeds(installation, CreateTemplate{"shop", {{"db", "db", 1, 0, {}}}}) &&
         succeeds(installation, CreateContainer{"qa", "shop", {}}) && settles(installation, "qa");
}

std::string address_of_qa(Installation& installation) {
  const auto container = installation.catalog().read([](CatalogUnit& catalog) {
    return find_container(catalog, administrator(), Right::look, "qa");
  });
  return "host=127.0.0.1 user=slip dbname=postgres port=" +
         std::to_string(container->endpoints[0].port) +
         " password=" + password_of(installation, *container);
}

// A folder that an ordinary user's daemon uses, too.
class CommonDirectory {
 public:
  CommonDirectory() {
    std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
  }
  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
};

// Runs it beside the test, and ends it with this object.
class Beside {
 public:
  explicit Beside(std::vector<std::string> argv) {
    child_ = fork();
    if (child_ != 0) return;
    std::vector<char*> words;
    for (auto& word : argv) words.push_back(word.data());
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  ~Beside() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }

 private:
  pid_t child_ = -1;
};

class Connections : public testing::Test {
 protected:
  explicit Connections(std::unique_ptr<RealWorld> world)
      : world_owner_(std::move(world)), world_(*world_owner_) {}
  // What a daemon finds out, which is another process.
  std::string told_by_daemon(const std::function<std::string(Installation&)>& tell) {
    world_.as_daemon([&](Installation& installation) {
      return settles(installation, "qa") &&
             write_file_durably(told_.path() / "told", tell(installation)).has_value();
    });
    return read_file(told_.path() / "told").value_or("nothing");
  }
  // Once there are that many of them.
  std::string sessions(int count) {
    return told_by_daemon([count](Installation& installation) {
      std::string found;
      for (int i = 0; i < 1200 && !found.starts_with(fmt::format("{}: ", count)); ++i) {
        found = query(installation, "qa", kSessions);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      return found;
    });
  }

  // Kills three daemons in the middle of a bookmark, each followed by another, which tells how many
  // transactions there were until then.
  std::vector<std::int64_t> transactions_after_killed_daemons() {
    std::vector<std::int64_t> transactions;
    for (int i = 0; i < 3; ++i) {
      // The next daemon may yet make the bookmark.
      EXPECT_TRUE(world_.as_dying_daemon(1, [i](Installation& installation) {
        CreateBookmark request;
        request.container = "qa";
        request.name = fmt::format("bookmark {}", i);
        return succeeds(installation, request);
      }));
      transactions.push_back(std::stoll(told_by_daemon(
          [](Installation& installation) { return query(installation, "qa", kTransactions); })));
    }
    return transactions;
  }

  CommonDirectory told_;
  std::unique_ptr<RealWorld> world_owner_;
  RealWorld& world_;
};

class LedConnections : public Connections {
 protected:
  LedConnections() : Connections(std::make_unique<RealWorld>()) {}
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root leads connections in the kernel";
    if (const auto lane = KernelLane::open(); !lane) GTEST_SKIP() << lane.error().describe();
  }
};

class CopiedConnections : public Connections {
 protected:
  CopiedConnections() : Connections(std::make_unique<RealWorld>(RealWorld::OfOrdinaryUser())) {}
};

TEST_F(LedConnections, OutliveReplacedAndKilledDaemonsUnderLoad) {
  world_.as_daemon(make_container);
  const std::string address = told_by_daemon(address_of_qa);
  ASSERT_TRUE(run_ok({.argv = {"pgbench", "-i", "-q", address}}));
  const Beside pgbench({"pgbench", "-n", "-S", "-c", "90", "-j", "2", "-T", "600", address});
  // Nearly as many as PostgreSQL takes.
  const std::string before = sessions(90);
  ASSERT_TRUE(before.starts_with("90: ")) << before;

  const auto transactions = transactions_after_killed_daemons();

  EXPECT_EQ(sessions(90), before);
  EXPECT_LT(transactions.front(), transactions.back());
}

TEST_F(LedConnections, BeginWhileThereIsNoDaemon) {
  world_.as_daemon(make_container);
  const std::string address = told_by_daemon(address_of_qa);

  const auto answer = run_ok({.argv = {"psql", address, "-XAtc", "SELECT 6 * 7"}});

  ASSERT_TRUE(answer) << answer.error().describe() << answer.error().detail;
  EXPECT_EQ(*answer, "42\n");
}

TEST_F(CopiedConnections, OutliveReplacedAndKilledDaemonsUnderLoad) {
  world_.as_daemon([](Installation& installation) {
    if (!make_container(installation)) return false;
    const std::string set = query(installation, "qa", "ALTER SYSTEM SET max_connections = 220");
    return set.empty() && succeeds(installation, StopContainer{"qa", ""}) &&
           succeeds(installation, StartContainer{"qa", ""}) && settles(installation, "qa");
  });
  const std::string address = told_by_daemon([](Installation& installation) {
    const std::string found = address_of_qa(installation);
    return run_ok({.argv = {"pgbench", "-i", "-q", found}}) ? found : "";
  });
  const Beside pgbench({"pgbench", "-n", "-S", "-c", "200", "-j", "2", "-T", "600", address});
  const std::string before = sessions(200);
  ASSERT_TRUE(before.starts_with("200: ")) << before;

  const auto transactions = transactions_after_killed_daemons();

  EXPECT_EQ(sessions(200), before);
  EXPECT_LT(transactions.front(), transactions.back());
}

TEST_F(CopiedConnections, WaitWhileThereIsNoDaemon) {
  world_.as_daemon(make_container);
  const std::string address = told_by_daemon(address_of_qa);
  const CommonDirectory said;
  const auto file = said.path() / "answer";
  const Beside psql({"psql", address, "-XAtc", "SELECT 6 * 7", "-o", file.string()});

  world_.as_daemon([&](Installation&) {
    for (int i = 0; i < 1000 && read_file(file).value_or("").empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  });

  EXPECT_EQ(read_file(file).value_or(""), "42\n");
}

// Whoever is superuser of a copy runs programs in its sandbox.
TEST_F(CopiedConnections, AreOfAGatewayThatNoTenantReaches) {
  world_.as_daemon(make_container);
  const std::string run = (world_.options().data / "run").string();

  const auto seen = told_by_daemon([&](Installation& installation) {
    const auto look = [&](const std::string& path) {
      return query(installation, "qa",
                   fmt::format("CREATE TEMP TABLE seen (line text); COPY seen FROM PROGRAM "
                               "'ls -a {} 2>&1 || true'; SELECT string_agg(line, ' ') FROM seen",
                               path));
    };
    return look("/") + "|" + look(run) + "|" + look(run + "/gateways/gateway-0.sock");
  });

  EXPECT_THAT(seen, testing::ContainsRegex("etc.*\\|.*No such file.*\\|.*No such file")) << run;
  EXPECT_TRUE(std::filesystem::is_socket(run + "/gateways/gateway-0.sock"));
}

}  // namespace
}  // namespace slip
