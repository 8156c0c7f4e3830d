// SPDX-License-Identifier: Apache-2.0
#include "server/api/access.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

struct TokenBody {
  std::string label;
  std::optional<Timestamp> expires_at;
  std::optional<bool> never_expires;
};
BOOST_DESCRIBE_STRUCT(TokenBody, (), (label, expires_at, never_expires))

// A token that was made by another one does not outlive it.
Result<std::optional<Timestamp>> expiry_of(const Call& call, const TokenBody& body) {
  const bool is_endless = body.never_expires.value_or(false);
  if (is_endless && body.expires_at) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a token cannot both expire and never expire",
                 .hint = "Give either expires_at or never_expires."};
  }
  const bool by_token = call.access && call.access->kind == AccessKind::token;
  const auto most = by_token ? call.access->expires_at : std::nullopt;
  if (!most) {
    if (is_endless) return std::optional<Timestamp>();
    return std::optional(body.expires_at.value_or(call.api.wall() + token_life));
  }
  if (is_endless || body.expires_at.value_or(*most) > *most) {
    return Error{.code = ErrorCode::permission_denied,
                 .message = "a token cannot make one that is good for longer than itself, until " +
                            to_rfc3339(*most),
                 .hint = "Make it on the page, or after \"slip login\"."};
  }
  return std::optional(body.expires_at.value_or(std::min(*most, call.api.wall() + token_life)));
}

json::object token_json(const Access& access) {
  return {{"id", access.id.str()},
          {"label", access.label},
          {"created_at", to_json(access.created_at)},
          {"expires_at", to_json(access.expires_at)}};
}

Result<http::Response> list_tokens(Call& call) {
  json::array items;
  for (const auto& access : TRY(call.api.product.logins().tokens_of(call.actor.user))) {
    items.push_back(token_json(access));
  }
  return answer_list(std::move(items));
}

Result<http::Response> create_token(Call& call) {
  const auto body = TRY(read_body<TokenBody>(call));
  const auto user = TRY(call.api.product.logins().user(call.actor.user));
  if (!user) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "the administrator of this machine needs no token",
                 .hint = "Make a user, and log in as that user."};
  }
  const bool by_token = call.access && call.access->kind == AccessKind::token;
  const auto given = TRY(
      give_access(call.api, {.user = user->id,
                             .kind = AccessKind::token,
                             .label = body.label,
                             .expires_at = TRY(expiry_of(call, body)),
                             .made_by = by_token ? std::optional(call.access->id) : std::nullopt}));
  auto shown = token_json(given.access);
  shown["token"] = given.secret.reveal();
  return answer(201, shown);
}

Result<http::Response> remove(Call& call) {
  Logins& logins = call.api.product.logins();
  for (const auto& access : TRY(logins.tokens_of(call.actor.user))) {
    if (access.id.str() != call.param("token")) continue;
    for (const auto& one : TRY(logins.end_with_made(access))) call.api.feed.end_streams(one);
    return http::no_content();
  }
  return Error{.code = ErrorCode::not_found,
               .message = "you have no token \"" + call.param("token") + "\"",
               .hint = "\"slip token list\" shows yours."};
}

}  // namespace

void add_tokens(Routes& routes) {
  routes.add("GET /tokens", list_tokens);
  routes.add_once("POST /tokens", create_token);
  routes.add_once("DELETE /tokens/{token}", remove);
}

}  // namespace slip::api
