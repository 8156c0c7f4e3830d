// SPDX-License-Identifier: Apache-2.0
// Connections to an endpoint while its daemon is replaced, and while there is none.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>

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
  return succeeds(installation, LinkSource{"db", {"postgresql", {}, {}}}) &&
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

class LedConnections : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root leads connections in the kernel";
    if (const auto lane = KernelLane::open(); !lane) GTEST_SKIP() << lane.error().describe();
  }
  // What a daemon finds out, which is another process.
  std::string told_by_daemon(const std::function<std::string(Installation&)>& tell) {
    world_.as_daemon([&](Installation& installation) {
      return settles(installation, "qa") &&
             write_file_durably(told_.path() / "told", tell(installation)).has_value();
    });
    return read_file(told_.path() / "told").value_or("nothing");
  }
  // Once there are 90 of them, nearly as many as PostgreSQL takes.
  std::string sessions() {
    return told_by_daemon([](Installation& installation) {
      std::string found;
      for (int i = 0; i < 1200 && !found.starts_with("90: "); ++i) {
        found = query(installation, "qa", kSessions);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      return found;
    });
  }

  TemporaryDirectory told_;
  RealWorld world_;
};

TEST_F(LedConnections, OutliveReplacedAndKilledDaemonsUnderLoad) {
  world_.as_daemon(make_container);
  const std::string address = told_by_daemon(address_of_qa);
  ASSERT_TRUE(run_ok({.argv = {"pgbench", "-i", "-q", address}}));
  const Beside pgbench({"pgbench", "-n", "-S", "-c", "90", "-j", "2", "-T", "600", address});
  const std::string before = sessions();
  ASSERT_TRUE(before.starts_with("90: ")) << before;
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

  EXPECT_EQ(sessions(), before);
  EXPECT_LT(transactions.front(), transactions.back());
}

TEST_F(LedConnections, BeginWhileThereIsNoDaemon) {
  world_.as_daemon(make_container);
  const std::string address = told_by_daemon(address_of_qa);

  const auto answer = run_ok({.argv = {"psql", address, "-XAtc", "SELECT 6 * 7"}});

  ASSERT_TRUE(answer) << answer.error().describe() << answer.error().detail;
  EXPECT_EQ(*answer, "42\n");
}

}  // namespace
}  // namespace slip
