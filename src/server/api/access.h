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
  std::optional<AccessId> made_by = {};  // the token that asked for it
};
struct GivenAccess {
  Access access;
  Secret secret;    // the token, or the session's cookie; shown once: the catalog has its hash
  Secret page_key;  // of a session
};

// Gives a user a way in (Logins::add). Fails with `invalid_argument` when the label is no title or
// the expiry is past.
Result<GivenAccess> give_access(ApiState& api, const NewAccess& wanted);

// The header in which a request that asks for something lasting brings the user's password.
inline constexpr const char* present_password_header = "Slip-Present-Password";

// That this is the password of who makes the request: a session or token that somebody else has got
// hold of must not be enough for everything. Errors: `permission_denied`, `rate_limited`.
Result<> check_present_password(Call& call, const std::string& given);

// What would last beyond the token that asks for it (a user, a password, a member, a webhook) needs
// the user's password besides, by `present_password_header`; else a token that has leaked would be
// good for longer than it is. Who comes otherwise, or by a token that does not expire, needs none.
// `what` is "a user". Errors: `permission_denied`, with the context "present password", and those
// of check_present_password.
Result<> check_may_last(Call& call, std::string_view what);

}  // namespace slip::api
