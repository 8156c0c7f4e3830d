// SPDX-License-Identifier: Apache-2.0
#include "server/api/access.h"

#include <fmt/format.h>

#include "domain/name.h"
#include "queries/users.h"
#include "server/api/login_limits.h"
#include "server/auth/token.h"

namespace slip::api {

Result<> check_present_password(Call& call, const std::string& given) {
  const auto client = client_of(call.request);
  const auto wait = call.api.limiter.attempt(call.actor.name, client, call.api.now());
  if (wait > Duration(0)) return too_many_passwords(wait);
  const auto user = TRY(queries::user_named(call.reader(), call.actor.user.str()));
  const auto checked =
      auth::check_password(user.password_hash, Secret(given), call.api.settings.password_cost);
  if (checked == auth::PasswordCheck::differs) {
    return Error{.code = ErrorCode::permission_denied,
                 .message = "the current password is wrong",
                 .hint = "An administrator can set a new password."};
  }
  call.api.limiter.succeeded(call.actor.name, client);
  return {};
}

Result<> check_may_last(Call& call, std::string_view what) {
  const bool ends =
      call.access && call.access->kind == AccessKind::token && call.access->expires_at;
  if (!ends) return {};
  const auto password = call.request.headers.find(present_password_header);
  if (password) return check_present_password(call, std::string(*password));
  return Error{.code = ErrorCode::permission_denied,
               .message = fmt::format("a token that expires is not enough for {}, which would last "
                                      "longer than the token",
                                      what),
               .hint = fmt::format("Send your password too, as {}; or do it on the page, or with a "
                                   "token that never expires.",
                                   present_password_header),
               .context = {"present password"}};
}

Result<GivenAccess> give_access(ApiState& api, const NewAccess& wanted) {
  auto label = TRY(accept_title("label", wanted.label));
  if (wanted.expires_at && *wanted.expires_at <= api.wall()) {
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
  given.access = TRY(api.product.logins().add({.id = {},
                                               .user = wanted.user,
                                               .kind = wanted.kind,
                                               .secret_hash = std::move(hash),
                                               .label = std::move(label),
                                               .created_at = {},
                                               .expires_at = wanted.expires_at},
                                              wanted.made_by));
  return given;
}

}  // namespace slip::api
