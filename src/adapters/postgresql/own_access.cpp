// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/own_access.h"

#include "adapters/postgresql/login.h"

namespace slip::postgresql {

namespace {

// As somebody who may give our role back its rights.
Result<Session> open_as_superuser(const LocalServer& server, Duration patience) {
  Error refused{.code = ErrorCode::permission_denied, .message = "no superuser is let in"};
  for (const std::string& role : {server.login, std::string("postgres")}) {
    for (const std::string& database :
         {std::string("postgres"), std::string("template1"), server.database}) {
      if (role.empty() || database.empty()) continue;
      auto session = Session::open_follower(server, role, database, patience);
      if (!session) continue;
      const auto rows =
          TRY(session->query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
      if (!rows.empty() && rows.front().front() == "t") return session;
      break;
    }
  }
  return refused;
}

}  // namespace

Result<Session> open_own(const LocalServer& server, Duration patience) {
  auto session = Session::open_local(server, patience);
  if (session || session.error().code != ErrorCode::permission_denied) return session;
  auto other = open_as_superuser(server, patience);
  if (!other) return session;
  TRY(ensure_role(*other, std::string(kOwnRole)));
  return Session::open_local(server, patience);
}

}  // namespace slip::postgresql
