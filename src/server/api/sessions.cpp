// SPDX-License-Identifier: Apache-2.0
#include "server/api/access.h"
#include "server/api/answer.h"
#include "server/api/authenticate.h"
#include "server/api/login_limits.h"
#include "server/api/user_view.h"
#include "server/http/cookie.h"
#include "server/http/problem.h"

namespace slip::api {
namespace {

constexpr auto session_life = std::chrono::hours(24 * 14);

struct LoginBody {
  std::string user;
  std::string password;
  std::optional<std::string> label;
};
BOOST_DESCRIBE_STRUCT(LoginBody, (), (user, password, label))

// The same words whether the user exists or not.
Error wrong_login() {
  return Error{.code = ErrorCode::unauthenticated,
               .message = "the user or the password is wrong",
               .hint = "An administrator can set a new password."};
}

Result<User> check_login(Call& call, const LoginBody& body) {
  Logins& logins = call.api.product.logins();
  const auto user = TRY(logins.user_named(body.user));
  const Secret password(body.password);
  const auto cost = call.api.settings.password_cost;
  if (!user) {
    auth::check_no_password(password, cost);
    return wrong_login();
  }
  const auto checked = auth::check_password(user->password_hash, password, cost);
  if (checked == auth::PasswordCheck::differs) return wrong_login();
  if (checked == auth::PasswordCheck::matches_outdated) {
    TRY(logins.store_password(user->id, TRY(auth::hash_password(password, cost))));
  }
  return *user;
}

http::Cookie cookie_of(const Call& call, std::string value, std::chrono::seconds max_age) {
  const auto transport = call.browser_transport();
  return {.name = session_cookie(transport),
          .value = std::move(value),
          .max_age = max_age,
          .transport = transport};
}

Result<> end_access(Call& call, const AccessId& access) {
  TRY(call.api.product.logins().end(access));
  call.api.feed.end_streams(access);
  return {};
}

// The session that a browser has already is of no more use once it gets another.
Result<> end_present_session(Call& call) {
  const auto known =
      authenticate(call.api.product.logins(), call.request, call.browser_transport());
  if (!known || !known->access || known->access->kind != AccessKind::session) return {};
  return end_access(call, known->access->id);
}

Result<http::Response> log_in(Call& call) {
  const auto body = TRY(read_body<LoginBody>(call));
  const auto client = client_of(call.request);
  const auto wait = call.api.limiter.attempt(body.user, client, call.api.now());
  if (wait > Duration(0)) return http::retry_after(http::problem(too_many_passwords(wait)), wait);
  const User user = TRY(check_login(call, body));
  call.api.limiter.succeeded(body.user, client);

  const bool is_token = call.query("kind") == "token";
  NewAccess wanted{.user = user.id,
                   .kind = is_token ? AccessKind::token : AccessKind::session,
                   .label = body.label.value_or(is_token ? "slip" : "page"),
                   .expires_at = call.api.wall() + (is_token ? token_life : session_life)};
  const auto given = TRY(give_access(call.api, wanted));
  json::object login{{"user", user_json(user)}, {"expires_at", to_json(given.access.expires_at)}};
  if (is_token) {
    login["token"] = given.secret.reveal();
    return answer(200, login);
  }
  TRY(end_present_session(call));
  login["page_key"] = given.page_key.reveal();
  auto response = answer(200, login);
  set_cookie(response, cookie_of(call, given.secret.reveal(), session_life));
  return response;
}

Result<http::Response> log_out(Call& call) {
  if (call.access) TRY(end_access(call, call.access->id));
  auto response = http::no_content();
  set_cookie(response, cookie_of(call, "", std::chrono::seconds(0)));
  return response;
}

}  // namespace

void add_sessions(Routes& routes) {
  routes.add_open_once("POST /sessions", log_in);
  routes.add("GET /sessions/current", [](Call& call) -> Result<http::Response> {
    return answer(200, json::object{{"user", actor_json(call.actor)}});
  });
  routes.add_once("DELETE /sessions/current", log_out);
}

}  // namespace slip::api
