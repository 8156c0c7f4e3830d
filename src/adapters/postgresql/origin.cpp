#include "adapters/postgresql/origin.h"

namespace slip::postgresql {

namespace {

Error explain(Error error, const UrlOrigin& origin) {
  const auto user = origin.parameters.find("user");
  const std::string role = user == origin.parameters.end() ? "the role" : user->second;
  switch (error.code) {
    case ErrorCode::permission_denied:
      error.message = "the server at " + origin.where() + " refuses the login of " + role;
      error.hint = "Check user and password in the url, that the role may replicate (ALTER ROLE " +
                   role + " REPLICATION), and that the server's pg_hba.conf has lines \"host all " +
                   role + " ADDRESS scram-sha-256\" and \"host replication " + role +
                   " ADDRESS scram-sha-256\" for this machine.";
      break;
    case ErrorCode::not_found:
      error.code = ErrorCode::invalid_argument;
      error.message = "the server at " + origin.where() + " has no database of that name";
      break;
    case ErrorCode::timed_out:
    case ErrorCode::unavailable:
      error.code = ErrorCode::unavailable;
      error.message = "the PostgreSQL server at " + origin.where() + " does not answer";
      error.hint =
          "Check host and port, that the server runs, that its listen_addresses include "
          "this address, and that no firewall is between.";
      break;
    default:
      break;
  }
  return error;
}

}  // namespace

Result<Session> connect_to(const UrlOrigin& origin, std::map<std::string, std::string> more,
                           Duration patience) {
  more.insert(origin.parameters.begin(), origin.parameters.end());
  if (!origin.password.empty()) more["password"] = origin.password;
  auto session = Session::open(std::move(more), patience);
  if (!session) return explain(std::move(session).error(), origin);
  return session;
}

// libpq's "key='value' key='value'" of everything but the password.
std::string connection_string(const UrlOrigin& origin) {
  std::string text;
  for (const auto& [key, value] : origin.parameters) {
    text += (text.empty() ? "" : " ") + key + "='";
    for (const char c : value)
      text += (c == '\'' || c == '\\') ? std::string("\\") + c : std::string(1, c);
    text += "'";
  }
  return text;
}

}  // namespace slip::postgresql
