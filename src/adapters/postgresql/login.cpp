// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/login.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace slip::postgresql {

namespace {

// The comment that tells a container's login, and how far its rights have been seen to.
constexpr std::string_view kMark = "slipstream login";
constexpr std::string_view kOwnerMark = "slipstream login, owner";

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

std::string decode_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return "";
  const auto padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size - padding));
  return bytes;
}

}  // namespace

bool password_matches(const std::string& verifier, const std::string& password) {
  constexpr std::string_view scheme = "SCRAM-SHA-256$";
  if (!verifier.starts_with(scheme)) return false;
  const std::string_view text = std::string_view(verifier).substr(scheme.size());
  const auto colon = text.find(':');
  const auto dollar = text.find('$');
  const auto last = text.rfind(':');
  if (colon == text.npos || dollar == text.npos || last < dollar || colon > dollar) return false;
  int iterations = 0;
  std::from_chars(text.data(), text.data() + colon, iterations);
  const std::string salt = decode_base64(text.substr(colon + 1, dollar - colon - 1));
  const std::string stored = decode_base64(text.substr(dollar + 1, last - dollar - 1));
  if (iterations < 1 || stored.size() != SHA256_DIGEST_LENGTH) return false;
  Digest salted;
  Digest client_key;
  Digest stored_key;
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        reinterpret_cast<const unsigned char*>(salt.data()),
                        static_cast<int>(salt.size()), iterations, EVP_sha256(), salted.size(),
                        salted.data()) != 1) {
    return false;
  }
  constexpr std::string_view key = "Client Key";
  HMAC(EVP_sha256(), salted.data(), salted.size(),
       reinterpret_cast<const unsigned char*>(key.data()), key.size(), client_key.data(), nullptr);
  SHA256(client_key.data(), client_key.size(), stored_key.data());
  return std::equal(stored_key.begin(), stored_key.end(),
                    reinterpret_cast<const unsigned char*>(stored.data()));
}

Result<> ensure_role(Session& session, const std::string& role) {
  const auto rows = TRY(
      session.query("SELECT rolsuper AND rolcanlogin FROM pg_authid WHERE rolname = $1", {role}));
  if (!rows.empty() && rows.front().front() == "t") return {};
  const std::string verb = rows.empty() ? "CREATE" : "ALTER";
  TRY(session.query(verb + " ROLE " + session.quote_name(role) + " SUPERUSER LOGIN"));
  return {};
}

Result<> check_database(Session& session, const std::string& database) {
  const auto rows = TRY(session.query("SELECT datallowconn FROM pg_database WHERE datname = " +
                                      session.quote_text(database)));
  if (!rows.empty() && rows.front().front() == "t") return {};
  return Error{
      .code = ErrorCode::not_found,
      .message = "the database \"" + database + "\" " +
                 (rows.empty() ? "is not there" : "accepts no connections"),
      .hint = "Somebody renamed, dropped or closed it: go back to before that, or undo it."};
}

Result<> check_login(Session& session, const Login& login) {
  const auto rows =
      TRY(session.query("SELECT rolcanlogin, coalesce(rolvaliduntil > now(), true), rolpassword "
                        "FROM pg_authid WHERE rolname = " +
                        session.quote_text(login.user)));
  const auto refuse = [&](const std::string& why) {
    return Error{.code = ErrorCode::permission_denied,
                 .message = "the login \"" + login.user + "\" " + why,
                 .hint = "A restart of the branch lets it in again."};
  };
  if (rows.empty()) return refuse("is gone");
  if (rows.front()[0] != "t") return refuse("may no longer log in");
  if (rows.front()[1] != "t") return refuse("has expired");
  if (password_matches(rows.front()[2].value_or(""), login.password)) return {};
  return refuse("has another password: somebody changed it");
}

namespace {

// What the role is itself; what it may do with others' things: login_rights.h.
std::string_view attributes(LoginRights rights) {
  return rights == LoginRights::superuser ? " SUPERUSER LOGIN VALID UNTIL 'infinity'"
                                          : " NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION "
                                            "BYPASSRLS INHERIT LOGIN VALID UNTIL "
                                            "'infinity'";
}

Result<> check_not_first(Session& session, const std::string& role) {
  const auto first =
      TRY(session.query("SELECT 1 FROM pg_authid WHERE rolname = $1 AND oid = 10", {role}));
  if (first.empty()) return {};
  return Error{.code = ErrorCode::precondition_failed,
               .message = "the role \"" + role + "\" is the server's first superuser and stays one",
               .hint = "Give the source another login, or say superuser = true."};
}

}  // namespace

Result<> ensure_login(Session& session, const Login& login, LoginRights rights,
                      const OpenDatabase& open) {
  const bool is_owner = rights == LoginRights::owner;
  const std::string mark(is_owner ? kOwnerMark : kMark);
  const auto rows = TRY(session.query(
      "SELECT rolpassword, rolcanlogin AND coalesce(rolvaliduntil, 'infinity') = 'infinity' AND "
      "rolsuper = " +
          std::string(is_owner ? "false" : "true") +
          ", "
          "coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_authid WHERE rolname = $1",
      {login.user}));
  if (!rows.empty() && rows.front()[1] == "t" && rows.front()[2] == mark &&
      password_matches(rows.front()[0].value_or(""), login.password)) {
    return {};
  }
  const std::string verifier = TRY(session.scram_verifier(login.user, login.password));
  if (is_owner) TRY(check_not_first(session, login.user));
  const bool has_rights = !rows.empty() && rows.front()[1] == "t" && rows.front()[2] == mark;
  const std::string verb = rows.empty() ? "CREATE ROLE " : "ALTER ROLE ";
  TRY(session.query("BEGIN"));
  const auto others =
      TRY(session.query("SELECT rolname FROM pg_authid WHERE rolname <> $1 AND rolcanlogin AND "
                        "shobj_description(oid, 'pg_authid') IN ($2, $3)",
                        {login.user, std::string(kMark), std::string(kOwnerMark)}));
  for (const Row& other : others) {
    TRY(session.query("ALTER ROLE " + session.quote_name(other.front().value_or("")) +
                      " NOLOGIN PASSWORD NULL"));
  }
  TRY(session.query(verb + session.quote_name(login.user) + std::string(attributes(rights)) +
                    " PASSWORD " + session.quote_text(verifier)));
  TRY(session.query("COMMIT"));
  if (is_owner && !has_rights) TRY(grant_ownership(session, login.user, open));
  // Last: without the mark all is done again.
  TRY(session.query("COMMENT ON ROLE " + session.quote_name(login.user) + " IS " +
                    session.quote_text(mark)));
  return {};
}

}  // namespace slip::postgresql
