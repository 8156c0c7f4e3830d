// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/origin.h"

#include <array>
#include <fstream>
#include <regex>
#include <vector>

#include "base/words_in.h"

namespace slip::postgresql {

namespace {

// What is wrong with the server's certificate, in libpq's words, and what to do about it.
std::optional<Error> certificate_fault(const std::string& said, const UrlOrigin& origin) {
  static const std::regex other_name(
      "server certificate for \"([^\"]+)\"[^\n]* does not match host name \"([^\"]+)\"");
  Error fault{.code = ErrorCode::invalid_argument,
              .message = "the server at " + origin.where(),
              .hint = "",
              .context = {},
              .detail = said};
  if (const auto found = words_in(said, other_name)) {
    fault.message += " shows a certificate for " + found->at(1) + ", not for " + found->at(2);
    fault.hint = "Write the url with host=" + found->at(1) +
                 ", and hostaddr=ADDRESS where that name does not lead there from here; or with "
                 "sslmode=verify-ca, which does not look at the name.";
    return fault;
  }
  if (said.find("certificate verify failed") != std::string::npos ||
      said.find("root certificate file") != std::string::npos) {
    fault.message += " shows a certificate that is not verified here";
    fault.hint =
        "Give the url sslrootcert=FILE, the certificate of whoever has signed it, or sslmode="
        "require, which does not verify it.";
    return fault;
  }
  if (said.find("does not support SSL, but SSL was required") != std::string::npos) {
    fault.message += " has no TLS, which the url demands";
    fault.hint = "Switch it on there, or write the url without sslmode.";
    return fault;
  }
  return std::nullopt;
}

// "\:" and "\\" in a field of a password file.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ':' && fields.size() < 5) {
      fields.emplace_back();
    } else if (line[i] == '\\' && i + 1 < line.size()) {
      fields.back() += line[++i];
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

Error explain(Error error, const UrlOrigin& origin) {
  if (auto fault = certificate_fault(error.detail, origin)) return *fault;
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
  if (const auto password = password_of(origin); !password.empty()) more["password"] = password;
  auto session = Session::open(std::move(more), patience);
  if (!session) return explain(std::move(session).error(), origin);
  return session;
}

std::string password_of(const UrlOrigin& origin) {
  const auto file = origin.parameters.find("passfile");
  if (!origin.password.empty() || file == origin.parameters.end()) return origin.password;
  const auto get = [&](const char* key, const char* otherwise) {
    const auto found = origin.parameters.find(key);
    return found == origin.parameters.end() ? std::string(otherwise) : found->second;
  };
  const std::string user = get("user", "");
  const std::array wanted{get("host", "localhost"), get("port", "5432"),
                          get("dbname", user.c_str()), user};
  std::ifstream lines(file->second);
  for (std::string line; std::getline(lines, line);) {
    const auto fields = fields_of(line);
    if (line.starts_with('#') || fields.size() != 5) continue;
    bool fits = true;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const bool replicates = i == 2 && fields[i] == "replication";
      fits = fits && (fields[i] == "*" || fields[i] == wanted[i] || replicates);
    }
    if (fits) return fields[4];
  }
  return "";
}

std::string connection_string(const UrlOrigin& origin) {
  std::string text;
  for (const auto& [key, value] : origin.parameters) {
    if (key == "passfile") continue;
    text += (text.empty() ? "" : " ") + key + "='";
    for (const char c : value)
      text += (c == '\'' || c == '\\') ? std::string("\\") + c : std::string(1, c);
    text += "'";
  }
  return text;
}

}  // namespace slip::postgresql
