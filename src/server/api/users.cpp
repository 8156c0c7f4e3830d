// SPDX-License-Identifier: Apache-2.0
#include "queries/users.h"

#include "queries/operations.h"
#include "server/api/access.h"
#include "server/api/answer.h"
#include "server/api/user_view.h"

namespace slip::api {
namespace {

struct NewUserBody {
  std::string name;
  std::optional<std::string> password;
  std::optional<SystemRole> role;
};
BOOST_DESCRIBE_STRUCT(NewUserBody, (), (name, password, role))

struct ChangeUserBody {
  std::optional<std::string> password;
  std::optional<std::string> present_password;
  std::optional<SystemRole> role;
};
BOOST_DESCRIBE_STRUCT(ChangeUserBody, (), (password, present_password, role))

Result<http::Response> list_users(Call& call) {
  TRY(must_be_admin(call.actor));
  json::array items;
  for (const auto& user : TRY(queries::users(call.reader()))) items.push_back(user_json(user));
  return answer_list(std::move(items));
}

Result<http::Response> show_user(Call& call) {
  TRY(must_be_admin(call.actor));
  return answer(200, user_json(TRY(queries::user_named(call.reader(), call.param("user")))));
}

// The rights are checked before the password is hashed, which takes a while.
Result<http::Response> create_user(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto body = TRY(read_body<NewUserBody>(call));
  TRY(check_may_last(call, "a user"));
  const Secret password = body.password ? Secret(*body.password) : auth::generate_password();
  CreateUser request{
      .name = body.name, .role = body.role.value_or(SystemRole::member), .password_hash = {}};
  request.password_hash =
      TRY(in_context("password", auth::hash_password(password, call.api.settings.password_cost)));
  const auto operation =
      TRY(call.api.product.edit(call.actor, request, TRY(call.idempotency_key())));
  const auto user = TRY(queries::user_named(call.reader(), body.name));
  const bool is_repeated = !(user.password_hash == request.password_hash);
  auto shown = user_json(user);
  const bool is_shown = !body.password && !is_repeated;
  shown["password"] = is_shown ? json::value(password.reveal()) : json::value(nullptr);
  shown["operation"] = to_json(TRY(queries::operation_view(call.reader(), call.actor, operation)));
  return answer(201, shown);
}

Result<http::Response> change_user(Call& call) {
  const auto body = TRY(read_body<ChangeUserBody>(call));
  const std::string& name = call.param("user");
  const bool himself = call.access && (name == call.actor.name || name == call.actor.user.str());
  if (!himself || body.role) TRY(must_be_admin(call.actor));
  if (!body.password && !body.role) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "there is nothing to change",
                 .hint = "Give a password or a role."};
  }
  if (himself && body.password) {
    if (!body.present_password) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = "to change your password, the present one is needed",
                   .hint = "Give it as present_password."};
    }
    TRY(check_present_password(call, *body.present_password));
  } else if (body.password) {
    TRY(check_may_last(call, "a user's password"));
  }
  if (body.role == SystemRole::admin) TRY(check_may_last(call, "an administrator"));
  ChangeUser request{.user = name, .role = body.role, .password_hash = {}, .keep = {}};
  if (call.access) request.keep = call.access->id;
  if (body.password) {
    request.password_hash = TRY(in_context(
        "password", auth::hash_password(Secret(*body.password), call.api.settings.password_cost)));
  }
  return carry_out(call, request);
}

}  // namespace

void add_users(Routes& routes) {
  routes.add("GET /users", list_users);
  routes.add("POST /users", create_user);
  routes.add("GET /users/{user}", show_user);
  routes.add("PATCH /users/{user}", change_user);
  routes.add("DELETE /users/{user}",
             [](Call& call) { return carry_out(call, RemoveUser{.user = call.param("user")}); });
}

}  // namespace slip::api
