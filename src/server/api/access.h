#pragma once

#include "base/secret.h"
#include "server/api/call.h"

namespace slip::api {

struct NewAccess {
  UserId user;
  AccessKind kind = AccessKind::session;
  std::string label;
  std::optional<Timestamp> expires_at;
};
struct GivenAccess {
  Access access;
  Secret token;  // shown once; the catalog has its hash
};

// Gives a user a way in, and forgets those that have expired. Fails with `invalid_argument` when
// the label is no title or the expiry is past.
Result<GivenAccess> give_access(ApiState& api, const NewAccess& wanted);

}  // namespace slip::api
