#include "adapters/mariadb/login.h"

#include <array>

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

}  // namespace

Result<> ensure_login(Session& session, const Login& login) {
  const Dialect& dialect = session.dialect();
  if (TRY(dialect.is_login_ready(session, login))) return {};
  TRY(lock_other_logins(session, login.user));
  for (const char* host : kHosts) {
    const Account named{.user = login.user, .host = host};
    const std::string account = quoted(session, named);
    TRY(session.query("CREATE USER IF NOT EXISTS " + account));
    TRY(session.query("ALTER USER " + account + " " +
                      dialect.identified_by(session, login.password) +
                      " REQUIRE NONE PASSWORD EXPIRE NEVER ACCOUNT UNLOCK"));
    TRY(session.query("GRANT ALL PRIVILEGES ON *.* TO " + account + " WITH GRANT OPTION"));
    TRY(dialect.note_login(session, named, login.password));
    // Last: without the mark all is done again.
    TRY(session.query("GRANT slipstream_login TO " + account));
  }
  return {};
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
