// SPDX-License-Identifier: Apache-2.0
#include "bench/load.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

namespace slip::bench {

Load::Load(const std::string& address) {
  std::fflush(stdout);
  const std::string prefix = "--log-prefix=" + (logs_.path() / "load").string();
  child_ = fork();
  if (child_ == 0) {
    signal(SIGINT, SIG_DFL);  // a shell's background jobs ignore it
    if (freopen("/dev/null", "w", stderr) == nullptr) _exit(126);
    if (freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
    execlp("pgbench", "pgbench", "-c", "4", "-j", "2", "-T", "600", "-n", "--log", prefix.c_str(),
           address.c_str(), nullptr);
    _exit(127);
  }
}

Load::~Load() {
  if (child_ >= 0) (void)end();
}

std::vector<Transaction> Load::end() {
  // An interrupt, unlike a termination, lets it write out its logs.
  kill(child_, SIGINT);
  waitpid(std::exchange(child_, -1), nullptr, 0);
  std::vector<Transaction> all;
  for (const auto& log : std::filesystem::directory_iterator(logs_.path())) {
    std::ifstream lines(log.path());
    // client, number, microseconds it took, script, seconds, microseconds when it ended
    long client = 0, number = 0, took = 0, script = 0, seconds = 0, microseconds = 0;
    while (lines >> client >> number >> took >> script >> seconds >> microseconds) {
      all.push_back(
          {.ended = static_cast<double>(seconds) + static_cast<double>(microseconds) / 1e6,
           .latency_ms = static_cast<double>(took) / 1000});
    }
  }
  return all;
}

Second second_after(const std::vector<Transaction>& transactions,
                    const std::vector<double>& moments, int offset) {
  std::vector<double> latencies;
  for (const double moment : moments) {
    const double begin = moment + offset;
    for (const auto& one : transactions) {
      if (one.ended >= begin && one.ended < begin + 1) latencies.push_back(one.latency_ms);
    }
  }
  if (latencies.empty()) return {0, 0};
  std::ranges::sort(latencies);
  return {static_cast<double>(latencies.size()) / static_cast<double>(moments.size()),
          latencies[latencies.size() * 99 / 100]};
}

double epoch_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace slip::bench
