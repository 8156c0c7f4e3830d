// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/login.h"

#include <array>
#include <set>

#include "adapters/mariadb/own_user.h"

namespace slip::mariadb {

namespace {

std::string quoted(Session& session, const Account& account) {
  return session.quote_text(account.user) + "@" + session.quote_text(account.host);
}

// Who comes from this machine over TCP is at both, and an account at either may be taken for it.
constexpr std::array kHosts = {"localhost", "127.0.0.1"};

Result<> lock_other_logins(Session& session, const std::string& ours) {
  const Dialect& dialect = session.dialect();
  const auto others = TRY(session.query(std::string(dialect.marked_logins())));
  for (const Row& row : others) {
    const Account other{.user = row[0].value_or(""), .host = row[1].value_or("")};
    if (other.user == kOwnUser || other.user == ours) continue;
    TRY(session.query("ALTER USER IF EXISTS " + quoted(session, other) + " " +
                      std::string(dialect.identified_by_nothing()) + " ACCOUNT LOCK"));
  }
  return {};
}

// The application's databases, as patterns of GRANT.
Result<std::set<std::string>> wanted_patterns(Session& session) {
  const auto rows = TRY(
      session.query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN "
                    "('mysql', 'sys', 'information_schema', 'performance_schema')"));
  std::set<std::string> patterns;
  for (const Row& row : rows) {
    std::string pattern;
    for (const char c : row[0].value_or("")) {
      if (c == '_' || c == '%' || c == '\\') pattern += '\\';
      pattern += c;
    }
    patterns.insert(pattern);
    patterns.insert(pattern + "\\_%");  // people make others beside it
  }
  return patterns;
}

Result<std::set<std::string>> granted_patterns(Session& session, const Account& account) {
  const auto rows =
      TRY(session.query("SELECT Db FROM mysql.db WHERE User = " + session.quote_text(account.user) +
                        " AND Host = " + session.quote_text(account.host) +
                        " AND Drop_priv = 'Y' AND Create_priv = 'Y' AND Trigger_priv = 'Y'"));
  std::set<std::string> patterns;
  for (const Row& row : rows) patterns.insert(row[0].value_or(""));
  return patterns;
}

std::string quoted_pattern(const std::string& pattern) {
  std::string quoted = "`";
  for (const char c : pattern) quoted += c == '`' ? std::string("``") : std::string(1, c);
  return quoted + "`";
}

// What is new among the databases is the login's, too.
Result<> grant_databases(Session& session, const std::string& user) {
  const auto wanted = TRY(wanted_patterns(session));
  for (const char* host : kHosts) {
    const Account account{.user = user, .host = host};
    const auto granted = TRY(granted_patterns(session, account));
    for (const auto& pattern : wanted) {
      if (granted.contains(pattern)) continue;
      TRY(session.query("GRANT ALL PRIVILEGES ON " + quoted_pattern(pattern) + ".* TO " +
                        quoted(session, account)));
    }
  }
  return {};
}

Result<> grant_rights(Session& session, const std::string& account, LoginRights rights) {
  if (rights == LoginRights::superuser) {
    TRY(session.query("GRANT ALL PRIVILEGES ON *.* TO " + account + " WITH GRANT OPTION"));
    return {};
  }
  TRY(session.query("GRANT PROCESS, SHOW DATABASES, REPLICATION CLIENT ON *.* TO " + account));
  return {};
}

}  // namespace

namespace {

// However the copy's owner has kept everybody from writing, and as it was afterwards.
template <class Act>
Result<> write_anyway(Session& session, const Act& act) {
  const std::string variable(session.dialect().keeps_all_from_writing);
  if (variable.empty()) return act();
  const auto was = TRY(session.query("SELECT @@GLOBAL." + variable));
  if (was.empty() || was.front().front() != "1") return act();
  TRY(session.query("SET GLOBAL " + variable + " = 0"));
  auto done = act();
  TRY(session.query("SET GLOBAL " + variable + " = 1"));
  return done;
}

Result<> make_login(Session& session, const Login& login, LoginRights rights) {
  const Dialect& dialect = session.dialect();
  const bool is_owner = rights == LoginRights::owner;
  TRY(lock_other_logins(session, login.user));
  for (const char* host : kHosts) {
    const Account named{.user = login.user, .host = host};
    const std::string account = quoted(session, named);
    // With it goes what it may have had at production.
    if (is_owner) TRY(session.query("DROP USER IF EXISTS " + account));
    TRY(session.query("CREATE USER IF NOT EXISTS " + account));
    TRY(session.query("ALTER USER " + account + " " +
                      dialect.identified_by(session, login.password) +
                      " REQUIRE NONE PASSWORD EXPIRE NEVER ACCOUNT UNLOCK"));
    TRY(grant_rights(session, account, rights));
    TRY(dialect.note_login(session, named, login.password));
    // Last: without the mark all is done again.
    TRY(session.query("GRANT slipstream_login TO " + account));
  }
  return is_owner ? grant_databases(session, login.user) : Result<>();
}

}  // namespace

Result<> ensure_login(Session& session, const Login& login, LoginRights rights) {
  const bool is_owner = rights == LoginRights::owner;
  // With a log, who is no superuser could else make neither functions nor triggers.
  if (is_owner) TRY(session.query("SET GLOBAL log_bin_trust_function_creators = 1"));
  if (!TRY(session.dialect().is_login_ready(session, login, rights))) {
    return write_anyway(session, [&] { return make_login(session, login, rights); });
  }
  if (!is_owner) return {};
  return write_anyway(session, [&] { return grant_databases(session, login.user); });
}

Result<> check_database(Session& session, const std::string& database) {
  const auto rows =
      TRY(session.query("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " +
                        session.quote_text(database)));
  if (database.empty() || !rows.empty()) return {};
  return Error{.code = ErrorCode::not_found,
               .message = "the database \"" + database + "\" is not there",
               .hint = "Somebody dropped it: go back to before that, or undo it."};
}

Result<> check_login(Session& session, const Login& login, LoginRights rights) {
  if (TRY(session.dialect().is_login_ready(session, login, rights))) return {};
  const auto rows =
      TRY(session.query("SELECT 1 FROM mysql.user WHERE Host IN ('localhost', "
                        "'127.0.0.1') AND User = " +
                        session.quote_text(login.user)));
  return Error{.code = ErrorCode::permission_denied,
               .message = "the login \"" + login.user + "\" " +
                          (rows.size() < kHosts.size()
                               ? "is gone"
                               : "has another password or other rights: somebody changed it"),
               .hint = "A restart of the branch lets it in again."};
}

Result<> ensure_definer(Session& session, const Account& account) {
  const auto rows = TRY(
      session.query("SELECT 1 FROM mysql.user WHERE User = " + session.quote_text(account.user) +
                    " AND Host = " + session.quote_text(account.host)));
  if (!rows.empty()) return {};
  // A role as definer has no host.
  if (account.host.empty()) {
    TRY(session.query("CREATE ROLE " + session.quote_text(account.user)));
    TRY(session.query("GRANT ALL PRIVILEGES ON *.* TO " + session.quote_text(account.user)));
    return {};
  }
  TRY(session.query("CREATE USER " + quoted(session, account) + " " +
                    std::string(session.dialect().identified_by_nothing()) + " ACCOUNT LOCK"));
  TRY(session.query("GRANT ALL PRIVILEGES ON *.* TO " + quoted(session, account)));
  return {};
}

}  // namespace slip::mariadb
