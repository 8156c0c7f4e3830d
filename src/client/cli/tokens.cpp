// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/table.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string token;
  std::string expires;
};

Result<> list_tokens(Session& session) {
  const json::value all = TRY(session.list(api_path({"tokens"})));
  if (session.json()) {
    session.print_json(all);
    return {};
  }
  Table table({{"LABEL"}, {"CREATED"}, {"EXPIRES"}, {"ID"}});
  for (const auto& token : list_in(all, "items")) {
    const auto created = time_in(token, "created_at");
    const auto expires = time_in(token, "expires_at");
    table.add({text_in(token, "label"), created ? short_moment(*created, now()) : "",
               expires ? short_moment(*expires, now()) : "never", text_in(token, "id")});
  }
  session.print(table.empty() ? "You have no tokens.\n" : table.to_string());
  return {};
}

Result<> create_token(Session& session, const Arguments& given) {
  json::object body{{"label", given.token}};
  if (given.expires == "never") {
    body["never_expires"] = true;
  } else if (!given.expires.empty()) {
    body["expires_at"] = to_rfc3339(TRY(read_expiry(given.expires, now())));
  }
  const Change change{.path = api_path({"tokens"}), .body = body, .attempt = "create a token"};
  return carry_out(session, change, [](const json::value& answer) {
    return fmt::format("{}\nIt is shown only now. Use it as SLIP_TOKEN; it acts as you.",
                       text_in(answer, "token"));
  });
}

}  // namespace

void add_tokens(Command& slip) {
  auto* group = add_group(slip, "token", "Tokens: your login for scripts");
  auto* list = group->add_subcommand("list", "Your tokens");
  list->on_chosen([](Session& session) { return list_tokens(session); });

  const auto given = arguments<Arguments>();
  auto* create = group->add_subcommand("create", "Make a token");
  create->add_option("label", given->token, "What it is for")->required();
  create->add_option("--expires", given->expires,
                     "Valid until this time, for \"7d\", or \"never\" ends (90d)");
  create->on_chosen([given](Session& session) { return create_token(session, *given); });

  auto* remove = group->add_subcommand("delete", "End a token");
  remove->add_option("id", given->token, "Its id")->required();
  remove->on_chosen([given](Session& session) {
    const Change change{.method = "DELETE",
                        .path = api_path({"tokens", given->token}),
                        .body = nullptr,
                        .attempt = "delete token " + given->token};
    return carry_out(session, change,
                     [&](const json::value&) { return "Deleted the token " + given->token + "."; });
  });
}

}  // namespace slip::cli
