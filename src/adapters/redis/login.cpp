// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/login.h"

#include <openssl/evp.h>

namespace slip::redis {

namespace {

constexpr const char* kDefaultUser = "default";

// An owner does everything with the data, and sees what goes on. "admin" has what changes the
// server: options, accounts, modules, its end, and whom it replicates. A pause would hold us up,
// too.
const std::vector<std::string> kOwnerRules = {
    "+@all",    "-@admin",  "+client",  "-client|pause", "+config|get",
    "+slowlog", "+latency", "+monitor", "+lastsave",     "+acl|whoami",
    "+acl|cat", "+psync",   "+sync",    "+replconf"};

std::vector<std::string> rules_of(const Login& login, LoginRights rights, Purpose purpose) {
  std::vector<std::string> rules = {"reset", "on", hashed(login.password), "~*", "&*"};
  if (rights == LoginRights::superuser) {
    rules.emplace_back("+@all");
  } else {
    rules.insert(rules.end(), kOwnerRules.begin(), kOwnerRules.end());
  }
  if (purpose == Purpose::look) rules.emplace_back("-@write");
  return rules;
}

Result<> set_user(Session& session, const std::string& user,
                  const std::vector<std::string>& rules) {
  std::vector<std::string> command = {"ACL", "SETUSER", user};
  command.insert(command.end(), rules.begin(), rules.end());
  TRY(session.ask(command));
  return {};
}

}  // namespace

std::string hashed(const std::string& password) {
  static constexpr char digits[] = "0123456789abcdef";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(password.data(), password.size(), digest, &size, EVP_sha256(), nullptr);
  std::string text = "#";
  for (unsigned i = 0; i < size; ++i) text += {digits[digest[i] >> 4], digits[digest[i] & 15]};
  return text;
}

Result<> ensure_login(Session& session, const Login& login, LoginRights rights, Purpose purpose) {
  const auto rules = rules_of(login, rights, purpose);
  TRY(set_user(session, login.user, rules));
  if (login.user == kDefaultUser) return {};
  return set_user(session, kDefaultUser, rules);
}

Result<Session> open_own(const LocalServer& server, const std::string& password, const Login& login,
                         Duration patience) {
  const Login ours{.user = kOwnUser, .password = password};
  auto session = Session::open(server, ours, patience);
  if (session || session.error().code != ErrorCode::permission_denied) return session;
  auto theirs = Session::open(server, login, patience);
  if (!theirs ||
      !set_user(*theirs, kOwnUser, {"reset", "on", hashed(password), "~*", "&*", "+@all"})) {
    return session;
  }
  return Session::open(server, ours, patience);
}

}  // namespace slip::redis
