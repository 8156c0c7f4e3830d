// SPDX-License-Identifier: Apache-2.0
#include "bench/watcher.h"

#include <libpq-fe.h>

#include <algorithm>
#include <chrono>

#include "bench/installation_under_test.h"

namespace slip::bench {

using namespace std::chrono_literals;

Watcher::Watcher(std::string address)
    : address_(std::move(address)), thread_([this] { watch(); }) {}

Watcher::~Watcher() {
  ending_ = true;
  thread_.join();
}

void Watcher::watch() {
  const std::string target = address_ + "?connect_timeout=30&sslmode=disable";
  while (!ending_) {
    const double asked = now_ms();
    PGconn* connection = PQconnectdb(target.c_str());
    PGresult* result = nullptr;
    if (PQstatus(connection) == CONNECTION_OK) {
      result = PQexec(connection, "select pg_postmaster_start_time()");
    }
    if (result != nullptr && PQresultStatus(result) == PGRES_TUPLES_OK) {
      const std::lock_guard guard(mutex_);
      answers_.push_back({asked, now_ms(), PQgetvalue(result, 0, 0)});
    }
    PQclear(result);
    PQfinish(connection);
    std::this_thread::sleep_for(20ms);
  }
}

double Watcher::first_answer_of_another(double since) {
  for (int i = 0; i < 3000; ++i) {
    {
      const std::lock_guard guard(mutex_);
      std::string before;
      for (const auto& answer : answers_) {
        if (answer.answered <= since) before = answer.server;
        if (answer.answered > since && !before.empty() && answer.server != before) {
          return answer.answered;
        }
      }
    }
    std::this_thread::sleep_for(10ms);
  }
  return -1;
}

double Watcher::longest_gap(double since) {
  const std::lock_guard guard(mutex_);
  double longest = 0;
  for (std::size_t i = 1; i < answers_.size(); ++i) {
    if (answers_[i].answered < since) continue;
    longest = std::max(longest, answers_[i].answered - answers_[i - 1].answered);
  }
  return longest;
}

}  // namespace slip::bench
