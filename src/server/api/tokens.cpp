#include "server/api/access.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

struct TokenBody {
  std::string label;
  std::optional<Timestamp> expires_at;
};
BOOST_DESCRIBE_STRUCT(TokenBody, (), (label, expires_at))

json::object token_json(const Access& access) {
  return {{"id", access.id.str()},
          {"label", access.label},
          {"created_at", to_json(access.created_at)},
          {"expires_at", to_json(access.expires_at)}};
}

Result<std::vector<Access>> own_tokens(Call& call) {
  auto all = TRY(call.api.catalog().read(
      [&](CatalogUnit& catalog) { return catalog.accesses().of_user(call.actor.user); }));
  std::erase_if(all, [](const Access& one) { return one.kind != AccessKind::token; });
  return all;
}

Result<http::Response> list(Call& call) {
  json::array items;
  for (const auto& access : TRY(own_tokens(call))) items.push_back(token_json(access));
  return answer_list(std::move(items));
}

Result<http::Response> create(Call& call) {
  const auto body = TRY(read_body<TokenBody>(call));
  const auto user = TRY(call.api.catalog().read(
      [&](CatalogUnit& catalog) { return catalog.users().find(call.actor.user); }));
  if (!user) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "the administrator of this machine needs no token",
                 .hint = "Make a user, and log in as that user."};
  }
  const auto given = TRY(give_access(call.api, {.user = user->id,
                                                .kind = AccessKind::token,
                                                .label = body.label,
                                                .expires_at = body.expires_at}));
  auto shown = token_json(given.access);
  shown["token"] = given.token.reveal();
  return answer(201, shown);
}

Result<http::Response> remove(Call& call) {
  for (const auto& access : TRY(own_tokens(call))) {
    if (access.id.str() != call.param("token")) continue;
    TRY(call.api.catalog().write(
        [&](CatalogUnit& catalog) { return catalog.accesses().remove(access.id); }));
    return http::no_content();
  }
  return Error{.code = ErrorCode::not_found,
               .message = "you have no token \"" + call.param("token") + "\"",
               .hint = "\"slip token list\" shows yours."};
}

}  // namespace

void add_tokens(Routes& routes) {
  routes.add("GET /tokens", list);
  routes.add("POST /tokens", create);
  routes.add("DELETE /tokens/{token}", remove);
}

}  // namespace slip::api
