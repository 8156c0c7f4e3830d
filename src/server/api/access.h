// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.h"
#include "server/api/call.h"

namespace slip::api {

// For how long a token is good unless its maker says otherwise.
inline constexpr auto token_life = std::chrono::hours(24 * 90);

struct NewAccess {
  UserId user;
  AccessKind kind = AccessKind::session;
  std::string label;
  std::optional<Timestamp> expires_at;
};
struct GivenAccess {
  Access access;
  Secret secret;    // the token, or the session's cookie; shown once: the catalog has its hash
  Secret page_key;  // of a session
};

// Gives a user a way in, and forgets those that have expired, unless the machine's clock is
// doubted: they are good again once it is set right. Fails with `invalid_argument` when
// the label is no title or the expiry is past.
Result<GivenAccess> give_access(ApiState& api, const NewAccess& wanted);

}  // namespace slip::api
