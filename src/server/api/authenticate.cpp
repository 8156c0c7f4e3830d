#include "server/api/authenticate.h"

#include <unistd.h>

#include "server/auth/token.h"

namespace slip::api {
namespace {

Error unknown(std::string message) {
  return Error{.code = ErrorCode::unauthenticated,
               .message = std::move(message),
               .hint = "Log in: \"slip login\", or the page."};
}

bool is_of_this_machine(const http::Peer& peer) {
  return peer.kind == http::Peer::Kind::unix_socket && peer.uid &&
         (*peer.uid == 0 || *peer.uid == geteuid());
}

// A cookie is good for sessions only: a token that leaked into a browser is of no use there.
enum class Carrier { header, cookie };

Result<Known> by_secret(Catalog& catalog, const std::string& secret, Carrier carrier,
                        Timestamp now) {
  if (!auth::looks_like_token(secret)) return unknown("this is not a token of ours");
  return catalog.read([&](CatalogUnit& unit) -> Result<Known> {
    auto access = TRY(unit.accesses().find_by_hash(auth::hash_token(secret)));
    const bool fits = access && (carrier == Carrier::header || access->kind == AccessKind::session);
    if (!fits) return unknown("the login is not valid any more");
    if (access->expires_at && *access->expires_at <= now) {
      return unknown("the login has expired");
    }
    const auto user = TRY(unit.users().find(access->user));
    if (!user) return unknown("the login is not valid any more");
    return Known{Actor{user->id, user->name, user->role}, std::move(access)};
  });
}

}  // namespace

Result<Known> authenticate(Catalog& catalog, const http::Request& request, Timestamp now) {
  if (const auto token = request.bearer_token()) {
    return by_secret(catalog, *token, Carrier::header, now);
  }
  if (is_of_this_machine(request.peer)) {
    return Known{Actor{UserId("usr_local"), "local", SystemRole::admin}, std::nullopt};
  }
  const auto cookie = request.cookies.find(session_cookie);
  if (cookie != request.cookies.end()) {
    return by_secret(catalog, cookie->second, Carrier::cookie, now);
  }
  return unknown("you are not logged in");
}

}  // namespace slip::api
