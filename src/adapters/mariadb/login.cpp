#include "adapters/mariadb/login.h"

#include <array>

namespace slip::mariadb {

namespace {

std::string quoted(Session& session, const Account& account) {
  return session.quote_text(account.user) + "@" + session.quote_text(account.host);
}

// Who comes from this machine over TCP is at both, and an account at either may be taken for it.
constexpr std::array kHosts = {"localhost", "127.0.0.1"};

Result<bool> is_ready(Session& session, const Login& login) {
  const auto rows = TRY(
      session.query("SELECT COUNT(*) FROM mysql.global_priv AS us, mysql.global_priv AS own, "
                    "mysql.roles_mapping AS mark WHERE us.User = " +
                    session.quote_text(login.user) +
                    " AND us.Host IN ('localhost', '127.0.0.1') AND own.User = 'slipstream' "
                    "AND own.Host = 'localhost' AND mark.User = us.User AND mark.Host = us.Host "
                    "AND mark.Role = 'slipstream_login' "
                    "AND JSON_VALUE(us.Priv, '$.plugin') = 'mysql_native_password' "
                    "AND JSON_VALUE(us.Priv, '$.authentication_string') = PASSWORD(" +
                    session.quote_text(login.password) +
                    ") AND JSON_VALUE(us.Priv, '$.access') = JSON_VALUE(own.Priv, '$.access') "
                    "AND COALESCE(JSON_VALUE(us.Priv, '$.account_locked'), 0) = 0"));
  return !rows.empty() && rows.front().front() == std::to_string(kHosts.size());
}

Result<> lock_other_logins(Session& session, const std::string& ours) {
  const auto others = TRY(
      session.query("SELECT User, Host FROM mysql.roles_mapping WHERE Role = 'slipstream_login' "
                    "AND User <> 'slipstream' AND User <> " +
                    session.quote_text(ours)));
  for (const Row& row : others) {
    const Account other{.user = row[0].value_or(""), .host = row[1].value_or("")};
    TRY(session.query("ALTER USER IF EXISTS " + quoted(session, other) +
                      " IDENTIFIED VIA mysql_native_password USING 'invalid' ACCOUNT LOCK"));
  }
  return {};
}

}  // namespace

Result<> ensure_login(Session& session, const Login& login) {
  if (TRY(is_ready(session, login))) return {};
  TRY(lock_other_logins(session, login.user));
  for (const char* host : kHosts) {
    const std::string account = quoted(session, {.user = login.user, .host = host});
    TRY(session.query("CREATE USER IF NOT EXISTS " + account));
    TRY(session.query("ALTER USER " + account +
                      " IDENTIFIED VIA mysql_native_password USING PASSWORD(" +
                      session.quote_text(login.password) +
                      ") REQUIRE NONE PASSWORD EXPIRE NEVER ACCOUNT UNLOCK"));
    TRY(session.query("GRANT ALL PRIVILEGES ON *.* TO " + account + " WITH GRANT OPTION"));
    // Last: without the mark all is done again.
    TRY(session.query("GRANT slipstream_login TO " + account));
  }
  return {};
}

Result<> ensure_definer(Session& session, const Account& account) {
  const auto rows = TRY(session.query(
      "SELECT 1 FROM mysql.global_priv WHERE User = " + session.quote_text(account.user) +
      " AND Host = " + session.quote_text(account.host)));
  if (!rows.empty()) return {};
  // A role as definer has no host.
  if (account.host.empty()) {
    TRY(session.query("CREATE ROLE " + session.quote_text(account.user)));
    TRY(session.query("GRANT ALL PRIVILEGES ON *.* TO " + session.quote_text(account.user)));
    return {};
  }
  TRY(session.query("CREATE USER " + quoted(session, account) +
                    " IDENTIFIED VIA mysql_native_password USING 'invalid' ACCOUNT LOCK"));
  TRY(session.query("GRANT ALL PRIVILEGES ON *.* TO " + quoted(session, account)));
  return {};
}

}  // namespace slip::mariadb
