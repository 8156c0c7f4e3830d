#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <thread>

#include "base/subprocess.h"
#include "bench/installation_under_test.h"
#include "bench/table.h"
#include "bench/watcher.h"

// How long people wait: bookmark under load, restore to a bookmark under load (fresh and baked),
// branch, undo, reset; and the same done by hand with `cp` and `createdb -T` on the same pool.

namespace slip::bench {
namespace {

using namespace std::chrono_literals;

// pgbench -c 4 against the endpoint, in the background; ended with the object.
class Load {
 public:
  Load(const std::string& address, const std::filesystem::path& log) {
    std::fflush(stdout);
    child_ = fork();
    if (child_ == 0) {
      if (freopen(log.c_str(), "w", stderr) == nullptr) _exit(126);
      if (freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
      execlp("pgbench", "pgbench", "-c", "4", "-j", "2", "-T", "600", "-P", "1", "-n",
             address.c_str(), nullptr);
      _exit(127);
    }
  }
  ~Load() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
  }

 private:
  pid_t child_ = -1;
};

void fill(const std::string& address, int scale) {
  const auto filled = run_ok({.argv = {"pgbench", "-i", "-q", "-s", std::to_string(scale), address},
                              .deadline = 30min});
  if (!filled) give_up(filled.error());
}

struct Bench {
  InstallationUnderTest& installation;
  ApiClient client;
  int rounds;
  int warm_seconds;
  int names = 0;  // given out so far

  std::string bookmark(std::vector<double>* took = nullptr) {
    const std::string name = "b" + std::to_string(++names);
    const double begin = now_ms();
    act(client, "/containers/bench/bookmarks", {{"name", name}});
    if (took != nullptr) took->push_back(now_ms() - begin);
    return name;
  }

  // One act that switches servers: request to first query, and the longest wait of a user.
  void switching(const std::string& path, json::object body, std::vector<double>& first,
                 std::vector<double>& gap) {
    Watcher watcher(installation.address());
    std::this_thread::sleep_for(500ms);
    const double begin = now_ms();
    act(client, path, std::move(body));
    const double answered = watcher.first_answer_of_another(begin);
    first.push_back(answered - begin);
    std::this_thread::sleep_for(300ms);
    gap.push_back(watcher.longest_gap(begin));
  }

  void wait_until_baked(const std::string& name) {
    for (int i = 0; i < 600; ++i) {
      const auto all = client.get("/api/v1/operations?background=1&limit=5");
      if (!all) give_up(all.error());
      bool busy = false;
      for (const auto& one : all->at("items").as_array()) {
        busy = busy || one.at("state") == "running" || one.at("state") == "queued";
      }
      if (!busy) return;
      std::this_thread::sleep_for(100ms);
    }
    fmt::print(stderr, "{} was not baked in time\n", name);
  }

  void bookmarks_under_load() {
    std::vector<double> took;
    Load load(installation.address(), "/dev/null");
    std::this_thread::sleep_for(5s);
    for (int i = 0; i < rounds * 3; ++i) {
      bookmark(&took);
      std::this_thread::sleep_for(3s);
    }
    print_row("bookmark now, under pgbench -c 4", took);
  }

  void restores() {
    std::vector<double> fresh, fresh_gap, baked, baked_gap, undo, undo_gap, reset, reset_gap;
    for (int i = 0; i < rounds; ++i) {
      std::string name;
      {
        Load load(installation.address(), "/dev/null");
        std::this_thread::sleep_for(std::chrono::seconds(warm_seconds));
        name = bookmark();
      }
      switching("/containers/bench/restore", {{"bookmark", name}}, fresh, fresh_gap);
      wait_until_baked(name);
      switching("/containers/bench/restore", {{"bookmark", name}}, baked, baked_gap);
      switching("/containers/bench/undo", {}, undo, undo_gap);
      switching("/containers/bench/reset", {}, reset, reset_gap);
    }
    print_row(fmt::format("restore at once, bookmark after {} s of load: first query",
                          warm_seconds), fresh);
    print_row("  longest time without an answer", fresh_gap);
    print_row("restore to it when baked: first query", baked);
    print_row("  longest time without an answer", baked_gap);
    print_row("undo: first query", undo);
    print_row("  longest time without an answer", undo_gap);
    print_row("reset: first query", reset);
    print_row("  longest time without an answer", reset_gap);
  }

  void branches() {
    std::vector<double> first, gap;
    const std::string name = bookmark();
    wait_until_baked(name);
    for (int i = 0; i < rounds; ++i) {
      switching("/containers/bench/branches",
                {{"name", "n" + std::to_string(++names)},
                 {"from", json::object{{"bookmark", name}}}},
                first, gap);
    }
    print_row("create branch from a bookmark: first query", first);
    print_row("  longest time without an answer", gap);
  }

  void by_hand() {
    std::vector<double> took;
    const std::string admin = installation.address();
    const auto sql = [&](const std::string& text) {
      const auto ran = run_ok({.argv = {"psql", admin, "-qXc", text}, .deadline = 10min});
      if (!ran) give_up(ran.error());
    };
    sql("create database hand");
    std::string hand = admin.substr(0, admin.rfind('/')) + "/hand";
    const auto filled = run_ok({.argv = {"pgbench", "-i", "-q", "-s", "50", hand}, .deadline = 10min});
    if (!filled) give_up(filled.error());
    for (int i = 0; i < rounds; ++i) {
      const double begin = now_ms();
      sql("create database hand2 template hand");
      took.push_back(now_ms() - begin);
      sql("drop database hand2");
    }
    print_row("by hand: createdb -T, 750 MB", took);
    std::vector<double> dump;
    for (int i = 0; i < rounds; ++i) {
      const double begin = now_ms();
      sql("create database hand2");
      const std::string other = admin.substr(0, admin.rfind('/')) + "/hand2";
      const auto dumped = run_ok({.argv = {"pg_dump", "-Fc", "-Z0", "-f", "/tmp/hand.dump", hand},
                                  .deadline = 10min});
      const auto restored =
          run_ok({.argv = {"pg_restore", "-j2", "-d", other, "/tmp/hand.dump"}, .deadline = 10min});
      if (!dumped || !restored) give_up(Error{.message = "dump and restore failed"});
      dump.push_back(now_ms() - begin);
      sql("drop database hand2");
    }
    print_row("by hand: pg_dump and pg_restore -j2, 750 MB", dump);
    std::filesystem::remove("/tmp/hand.dump");
  }

  void daemon_at_rest() {
    const auto ticks = [&] {
      std::ifstream stat(fmt::format("/proc/{}/stat", installation.daemon()));
      std::string word;
      long user = 0;
      long system = 0;
      for (int i = 1; i <= 15 && stat >> word; ++i) {
        if (i == 14) user = std::stol(word);
        if (i == 15) system = std::stol(word);
      }
      return user + system;
    };
    const long before = ticks();
    std::this_thread::sleep_for(20s);
    const double percent = 100.0 * static_cast<double>(ticks() - before) /
                           static_cast<double>(sysconf(_SC_CLK_TCK)) / 20;
    std::ifstream memory(fmt::format("/proc/{}/status", installation.daemon()));
    std::string line;
    while (std::getline(memory, line)) {
      if (line.starts_with("VmRSS")) fmt::print("daemon: {}; idle CPU {:.2f} %\n", line, percent);
    }
  }
};

}  // namespace
}  // namespace slip::bench

int main(int argument_count, char** argument_values) {
  using namespace slip::bench;
  CLI::App app("How long people wait, beside the same done by hand");
  int scale = 50;
  int rounds = 5;
  int seconds = 30;
  bool hand = false;
  std::string durability = "full";
  std::string parent = "/var/tmp";
  app.add_option("--scale", scale, "pgbench's: 50 is 750 MB, 333 is 5 GB")->capture_default_str();
  app.add_option("--rounds", rounds)->capture_default_str();
  app.add_option("--load-seconds", seconds)->capture_default_str();
  app.add_option("--durability", durability)->capture_default_str();
  app.add_option("--directory", parent, "Where the installation is made")->capture_default_str();
  app.add_flag("--by-hand", hand, "Also measure createdb -T and dump/restore");
  CLI11_PARSE(app, argument_count, argument_values);

  InstallationUnderTest installation(parent, {{"durability", durability}});
  fill(installation.address(), scale);
  Bench bench{installation, installation.client(), rounds, seconds};
  fmt::print("pgbench scale {}, durability {}\n", scale, durability);
  print_heading();
  bench.bookmarks_under_load();
  bench.restores();
  bench.branches();
  if (hand) bench.by_hand();
  bench.daemon_at_rest();
  return 0;
}
