// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "server/api/answer.h"
#include "server/api/trash_query.h"

namespace slip::api {
namespace {

Result<http::Response> list_trash(Call& call) {
  json::array items;
  for (const auto& one : TRY(call.api.catalog().read([&](CatalogUnit& catalog) {
         return queries::list_trash(catalog, trash_query(call));
       }))) {
    items.push_back(to_json(one));
  }
  return answer_list(std::move(items));
}

Result<json::value> measure(ApiState& api, const queries::TrashQuery& query) {
  std::vector<queries::TrashView> things;
  const auto holdings =
      TRY(api.catalog().read([&](CatalogUnit& catalog) -> Result<std::vector<queries::Holding>> {
        things = TRY(queries::list_trash(catalog, query));
        return queries::trash_holdings(catalog, things);
      }));
  queries::Survey survey(api.world().storage, api.is_closing);
  json::array items;
  for (std::size_t i = 0; i < things.size(); ++i) {
    json::object row = to_json(TRY(survey.of(holdings[i]))).as_object();
    row["id"] = things[i].id;
    items.push_back(std::move(row));
  }
  return json::value(std::move(items));
}

// Beside the list, since it is measured on disk: of what whoever asks may see when it is known.
Result<http::Response> usage(Call& call) {
  const auto measured =
      TRY(surveyed(call, "trash of " + call.actor.user.str(),
                   [&api = call.api, query = trash_query(call)] { return measure(api, query); }));
  TRY(call.look_again());
  const auto visible = TRY(call.api.catalog().read(
      [&](CatalogUnit& catalog) { return queries::list_trash(catalog, trash_query(call)); }));
  json::array items;
  for (const auto& row : measured.as_array()) {
    const auto id = row.at("id").as_string();
    const bool may_see = std::ranges::any_of(
        visible, [&](const queries::TrashView& one) { return std::string_view(id) == one.id; });
    if (may_see) items.push_back(row);
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
