// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/own_access.h"

#include <sstream>

#include "adapters/mariadb/dialect.h"

namespace slip::mariadb {

namespace {

// One statement a line.
Result<> make_own_user(Session& session, const std::string& password) {
  std::istringstream lines(session.dialect().own_user_statements(password));
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && line.back() == ';') line.pop_back();
    TRY(session.query(line));
  }
  return {};
}

}  // namespace

Result<Session> open_own(const LocalServer& server, const Login& login, Duration patience) {
  auto session = Session::open_local(server, patience);
  if (session || session.error().code != ErrorCode::permission_denied) return session;
  for (const Login& other : {login, Login{.user = "root", .password = ""}}) {
    auto theirs = Session::open_local_as(server, other.user, other.password, patience);
    if (!theirs || !make_own_user(*theirs, server.password)) continue;
    return Session::open_local(server, patience);
  }
  return session;
}

}  // namespace slip::mariadb
