// SPDX-License-Identifier: Apache-2.0
#include "server/api/access.h"

#include "domain/name.h"
#include "server/auth/token.h"

namespace slip::api {

Result<GivenAccess> give_access(ApiState& api, const NewAccess& wanted) {
  auto label = TRY(accept_title("label", wanted.label));
  const Timestamp wall = api.wall();
  if (wanted.expires_at && *wanted.expires_at <= wall) {
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
                  .created_at = api.now(),
                  .expires_at = wanted.expires_at};
  const bool is_believed = !api.engine.clock_doubt();
  TRY(api.catalog().write([&](CatalogUnit& catalog) -> Result<> {
    if (is_believed) TRY(catalog.accesses().remove_expired(wall));
    return catalog.accesses().put(given.access);
  }));
  return given;
}

}  // namespace slip::api
