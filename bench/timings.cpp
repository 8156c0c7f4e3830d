// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <thread>

#include "base/subprocess.h"
#include "bench/by_hand.h"
#include "bench/installation_under_test.h"
#include "bench/load.h"
#include "bench/table.h"
#include "bench/watcher.h"

// How long people wait: bookmark under load, restore to a bookmark under load (fresh and baked),
// branch, undo, reset; and the same done by hand with `cp` and `createdb -T` on the same pool.

namespace slip::bench {
namespace {

using namespace std::chrono_literals;

void fill(const std::string& address, int scale) {
  const auto filled = run_ok(
      {.argv = {"pgbench", "-i", "-q", "-s", std::to_string(scale), address}, .deadline = 30min});
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
      // The kernel frees what the bake leaves behind in the background, for a few seconds.
      if (!busy) return std::this_thread::sleep_for(20s);
      std::this_thread::sleep_for(100ms);
    }
    fmt::print(stderr, "{} was not baked in time\n", name);
  }

  void bookmarks_under_load() {
    std::vector<double> took;
    std::vector<double> moments;
    Load load(installation.address());
    std::this_thread::sleep_for(5s);
    for (int i = 0; i < rounds * 3; ++i) {
      moments.push_back(epoch_seconds());
      bookmark(&took);
      std::this_thread::sleep_for(4s);
    }
    const auto transactions = load.end();
    print_row("bookmark now, under pgbench -c 4", took);
    fmt::print("  seconds from the request: transactions a second, p99 latency\n");
    for (int second = -1; second <= 2; ++second) {
      const Second around = second_after(transactions, moments, second);
      fmt::print("  {:+d} to {:+d}: {:.0f}, {:.1f} ms\n", second, second + 1,
                 around.transactions_a_second, around.p99_ms);
    }
  }

  void restores() {
    std::vector<double> fresh, fresh_gap, baked, baked_gap, undo, undo_gap, reset, reset_gap;
    for (int i = 0; i < rounds; ++i) {
      std::string name;
      {
        const Load load(installation.address());
        std::this_thread::sleep_for(std::chrono::seconds(warm_seconds));
        name = bookmark();
      }
      switching("/containers/bench/restore", {{"bookmark", name}}, fresh, fresh_gap);
      wait_until_baked(name);
      switching("/containers/bench/restore", {{"bookmark", name}}, baked, baked_gap);
      switching("/containers/bench/undo", {}, undo, undo_gap);
      switching("/containers/bench/reset", {}, reset, reset_gap);
    }
    print_row(
        fmt::format("restore at once, bookmark after {} s of load: first query", warm_seconds),
        fresh);
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
      switching(
          "/containers/bench/branches",
          {{"name", "n" + std::to_string(++names)}, {"from", json::object{{"bookmark", name}}}},
          first, gap);
    }
    print_row("create branch from a bookmark: first query", first);
    print_row("  longest time without an answer", gap);
  }

  // What branches that nobody writes to take of the pool.
  void idle_branches(int count) {
    const std::string base = bookmark();
    wait_until_baked(base);
    const auto free_bytes = [&] {
      const auto synced = run_ok({.argv = {"sync", "--file-system", installation.pool().string()}});
      if (!synced) give_up(synced.error());
      // The kernel frees what was removed a little later, in the background.
      std::this_thread::sleep_for(15s);
      const auto pool = client.get("/api/v1/pool");
      if (!pool) give_up(pool.error());
      return pool->at("free").to_number<std::int64_t>();
    };
    const std::int64_t before = free_bytes();
    for (int i = 0; i < count; ++i) {
      act(client, "/containers/bench/branches",
          {{"name", fmt::format("idle{}", i)}, {"from", json::object{{"bookmark", base}}}});
    }
    const std::int64_t taken = (before - free_bytes()) / count;
    fmt::print("{} idle branches: {} KiB of the pool each\n", count, taken >> 10);
  }

  // Done on a stopped container: its data lies still, and a bookmark of it needs no baking.
  void start_with_many_bookmarks(int count) {
    act(client, "/containers/bench/stop");
    for (int i = 0; i < count; ++i) bookmark();
    std::vector<double> took;
    for (int i = 0; i < rounds; ++i) took.push_back(installation.restart_daemon());
    client = installation.client();
    print_row(fmt::format("daemon: start to serving, {} bookmarks", count), took);
    act(client, "/containers/bench/start");
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
  int idle = 0;
  int many = 0;
  bool hand = false;
  std::string durability = "full";
  std::string parent = "/var/tmp";
  app.add_option("--scale", scale, "pgbench's: 50 is 750 MB, 333 is 5 GB")->capture_default_str();
  app.add_option("--rounds", rounds)->capture_default_str();
  app.add_option("--load-seconds", seconds)->capture_default_str();
  app.add_option("--durability", durability)->capture_default_str();
  app.add_option("--directory", parent, "Where the installation is made")->capture_default_str();
  app.add_option("--idle-branches", idle, "Also make so many branches, and tell what they take");
  app.add_option("--bookmarks", many, "Also start the daemon with so many bookmarks");
  app.add_flag("--by-hand", hand, "Also measure cp, createdb -T and dump/restore");
  CLI11_PARSE(app, argument_count, argument_values);

  InstallationUnderTest installation(parent, {{"durability", durability}});
  fill(installation.address(), scale);
  Bench bench{installation, installation.client(), rounds, seconds};
  fmt::print("pgbench scale {}, durability {}\n", scale, durability);
  print_heading();
  bench.bookmarks_under_load();
  bench.restores();
  bench.branches();
  bench.daemon_at_rest();
  if (idle > 0) bench.idle_branches(idle);
  if (many > 0) bench.start_with_many_bookmarks(many);
  if (hand) by_hand(installation, scale, rounds);
  return 0;
}
