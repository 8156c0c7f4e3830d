// SPDX-License-Identifier: Apache-2.0
#include "queries/trash.h"

#include "server/api/answer.h"

namespace slip::api {
namespace {

Result<http::Response> list_trash(Call& call) {
  json::array items;
  for (const auto& one : TRY(queries::list_trash(call.reader(), call.actor))) {
    items.push_back(to_json(one));
  }
  return answer_list(std::move(items));
}

// Beside the list, since it is measured on disk: of what whoever asks may see when it is known.
Result<http::Response> usage(Call& call) {
  auto measured = TRY(surveyed(call, [&](Duration patience) {
    return queries::trash_usage(call.reader(), call.actor, patience);
  }));
  TRY(call.look_again());
  json::array items;
  for (const auto& [id, space] :
       TRY(queries::still_visible(call.reader(), call.actor, std::move(measured)))) {
    json::object row = to_json(space).as_object();
    row["id"] = id;
    items.push_back(std::move(row));
  }
  return answer_list(std::move(items));
}

}  // namespace

void add_trash(Routes& routes) {
  routes.add_compressed("GET /trash", list_trash);
  routes.add_compressed("GET /trash/usage", usage);
  routes.add("DELETE /trash/{thing}",
             [](Call& call) { return carry_out(call, PurgeFromTrash{.id = call.param("thing")}); });
  routes.add("POST /trash/{thing}/recover", [](Call& call) {
    return carry_out(call, RecoverFromTrash{.id = call.param("thing")});
  });
}

}  // namespace slip::api
