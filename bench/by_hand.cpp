// SPDX-License-Identifier: Apache-2.0
#include "bench/by_hand.h"

#include <fmt/format.h>

#include "base/subprocess.h"
#include "bench/table.h"

namespace slip::bench {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

void must_run(std::vector<std::string> argv) {
  const auto ran = run_ok({.argv = std::move(argv), .deadline = 60min});
  if (!ran) give_up(ran.error());
}

void sql(const std::string& address, const std::string& text) {
  must_run({"psql", address, "-qXc", text});
}

// With what has to be done again before each round.
template <class Act, class Prepare>
void measure(const std::string& name, int rounds, const Prepare& prepare, const Act& act) {
  std::vector<double> took;
  for (int i = 0; i < rounds; ++i) {
    prepare();
    const double begin = now_ms();
    act();
    took.push_back(now_ms() - begin);
  }
  print_row(name, took);
}

void copies(InstallationUnderTest& installation, int rounds) {
  ApiClient client = installation.client();
  act(client, "/containers/bench/stop");
  fs::path newest;
  for (const auto& volume : fs::directory_iterator(installation.pool() / "volumes")) {
    const fs::path data = volume.path() / "tree" / "db";
    if (!fs::exists(data)) continue;
    if (newest.empty() || fs::last_write_time(data) > fs::last_write_time(newest)) newest = data;
  }
  const fs::path copy = installation.pool() / "by-hand";
  const auto prepare = [&] { fs::remove_all(copy); };
  for (const std::string how : {"--reflink=never", "--reflink=always"}) {
    measure("by hand: cp -a " + how + ", and sync", rounds, prepare, [&] {
      // As the pool makes its database directories: else a reflink is refused.
      fs::create_directory(copy);
      must_run({"chattr", "+C", copy.string()});
      must_run({"cp", "-a", how, newest.string(), copy.string()});
      must_run({"sync", "--file-system", copy.string()});
    });
  }
  prepare();
  act(client, "/containers/bench/start");
}

}  // namespace

void by_hand(InstallationUnderTest& installation, int scale, int rounds) {
  copies(installation, rounds);
  const std::string& admin = installation.address();
  const std::string server = admin.substr(0, admin.rfind('/'));
  sql(admin, "create database hand");
  must_run({"pgbench", "-i", "-q", "-s", std::to_string(scale), server + "/hand"});
  const auto prepare = [&] { sql(admin, "drop database if exists hand2"); };
  measure("by hand: createdb -T", rounds, prepare,
          [&] { sql(admin, "create database hand2 template hand"); });
  const TemporaryDirectory dumps;
  const std::string dump = dumps.path() / "dump";
  measure("by hand: pg_dump and pg_restore -j2", rounds, prepare, [&] {
    sql(admin, "create database hand2");
    must_run({"pg_dump", "-Fc", "-Z0", "-f", dump, server + "/hand"});
    must_run({"pg_restore", "-j2", "-d", server + "/hand2", dump});
  });
}

}  // namespace slip::bench
