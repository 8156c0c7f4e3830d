// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/own_access.h"

#include <algorithm>
#include <sstream>
#include <thread>
#include <vector>

#include "adapters/mariadb/dialect.h"

namespace slip::mariadb {

namespace {

// One statement a line; the last one puts back what the first ones have set aside, in any case.
Result<> make_own_user(Session& session, const std::string& password) {
  std::istringstream lines(session.dialect().own_user_statements(password));
  std::vector<std::string> statements;
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && line.back() == ';') line.pop_back();
    if (!line.empty()) statements.push_back(line);
  }
  Result<> made;
  for (const std::string& statement : statements) {
    if (!made && &statement != &statements.back()) continue;
    const auto done = session.query(statement);
    if (made && !done) made = done.error();
  }
  return made;
}

// For one connection of an administrator there is always room, and it is free again soon.
constexpr Duration kCrowdPatience{500};

bool is_crowded(const Error& error) {
  return error.code == ErrorCode::unavailable &&
         (error.detail.find("Too many connections") != std::string::npos ||
          error.detail.find("max_user_connections") != std::string::npos);
}

Result<Session> open_in_a_crowd(const LocalServer& server, Duration patience) {
  constexpr auto pause = std::chrono::milliseconds(20);
  const auto deadline = std::chrono::steady_clock::now() + std::min(patience, kCrowdPatience);
  for (;;) {
    auto session = Session::open_local(server, patience);
    if (session || !is_crowded(session.error())) return session;
    if (std::chrono::steady_clock::now() > deadline) return session;
    std::this_thread::sleep_for(pause);
  }
}

// One whose password has expired, or who has asked all that he may in an hour, is let in, too.
Result<Session> open_and_ask(const LocalServer& server, Duration patience) {
  auto session = TRY(open_in_a_crowd(server, patience));
  TRY(session.query("SELECT 1"));
  return session;
}

}  // namespace

Result<Session> open_own(const LocalServer& server, const Login& login, Duration patience) {
  auto session = open_and_ask(server, patience);
  if (session) return session;
  // It is let in, but not to do anything, where its rights are gone.
  const auto code = session.error().code;
  if (code != ErrorCode::permission_denied && code != ErrorCode::failed) return session;
  for (const Login& other : {login, Login{.user = "root", .password = ""}}) {
    auto theirs = Session::open_local_as(server, other.user, other.password, patience);
    if (!theirs || !make_own_user(*theirs, server.password)) continue;
    return Session::open_local(server, patience);
  }
  return session;
}

}  // namespace slip::mariadb
