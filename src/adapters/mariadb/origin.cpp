// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/origin.h"

namespace slip::mariadb {

namespace {

Error explain(Error error, const UrlOrigin& origin) {
  switch (error.code) {
    case ErrorCode::permission_denied:
      error.message = "the server at " + origin.where() + " refuses the login of " + origin.user;
      error.hint =
          "Check user and password in the url, and that the account may come from this "
          "machine's address.";
      break;
    case ErrorCode::not_found:
      error.code = ErrorCode::invalid_argument;
      error.message = "the server at " + origin.where() + " has no database of that name";
      break;
    case ErrorCode::timed_out:
    case ErrorCode::unavailable:
      error.code = ErrorCode::unavailable;
      error.message = "the database server at " + origin.where() + " does not answer";
      error.hint =
          "Check host and port, that the server runs, that its bind_address includes this "
          "address, and that no firewall is between.";
      break;
    default:
      break;
  }
  return error;
}

}  // namespace

Result<Session> connect_to(const UrlOrigin& origin, Duration patience) {
  auto session = Session::open({.host = origin.host,
                                .port = origin.port,
                                .user = origin.user,
                                .password = origin.password,
                                .database = origin.database},
                               patience);
  if (!session) return explain(std::move(session).error(), origin);
  return session;
}

Result<bool> ignores_name_case(Session& origin) {
  const auto rows = TRY(origin.query("SELECT @@lower_case_table_names"));
  return !rows.empty() && rows.front().front().value_or("0") != "0";
}

}  // namespace slip::mariadb
