// SPDX-License-Identifier: Apache-2.0
#include "server/api/access.h"

#include "domain/name.h"
#include "server/auth/token.h"

namespace slip::api {

Result<GivenAccess> give_access(ApiState& api, const NewAccess& wanted) {
  auto label = TRY(accept_title("label", wanted.label));
  const Timestamp now = api.now();
  if (wanted.expires_at && *wanted.expires_at <= now) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "expires_at: " + to_rfc3339(*wanted.expires_at) + " is past"};
  }
  GivenAccess given;
  std::string hash;
  if (wanted.kind == AccessKind::session) {
    auto made = auth::make_session();
    given.secret = std::move(made.cookie);
    given.page_key = std::move(made.page_key);
    hash = std::move(made.hash);
  } else {
    auto made = auth::make_token();
    given.secret = std::move(made.token);
    hash = std::move(made.hash);
  }
  given.access = {.id = api.world().ids.next<AccessId>(),
                  .user = wanted.user,
                  .kind = wanted.kind,
                  .secret_hash = std::move(hash),
                  .label = std::move(label),
                  .created_at = now,
                  .expires_at = wanted.expires_at};
  TRY(api.catalog().write([&](CatalogUnit& catalog) -> Result<> {
    TRY(catalog.accesses().remove_expired(now));
    return catalog.accesses().put(given.access);
  }));
  return given;
}

}  // namespace slip::api
