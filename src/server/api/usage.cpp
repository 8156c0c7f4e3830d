// SPDX-License-Identifier: Apache-2.0
#include "queries/usage.h"

#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/trash_query.h"

namespace slip::api {
namespace {

using queries::Held;
using queries::Space;

json::object row(const char* what, json::value named, const Space& space) {
  json::object out{{what, std::move(named)}};
  const json::value sizes = to_json(space);
  for (const auto& size : sizes.as_object()) out.insert(size);
  return out;
}

json::array rows(const char* what, const std::vector<Held>& held) {
  json::array out;
  for (const auto& [by, space] : held) out.push_back(row(what, to_json(by), space));
  return out;
}

Result<json::value> measure_container(ApiState& api, const ContainerId& id) {
  const auto holdings =
      TRY(api.catalog().read([&](CatalogUnit& catalog) -> Result<queries::ContainerHoldings> {
        return queries::holdings_of(catalog, TRY(container_of(catalog, id)));
      }));
  queries::Survey survey(api.world().storage, api.is_closing);
  const auto usage = TRY(queries::usage_of(holdings, survey));
  json::array tags;
  for (const auto& [tag, sum] : usage.tags) tags.push_back(row("tag", json::value(tag), sum));
  return json::value{{"container", to_json(usage.container)},
                     {"branches", rows("branch", usage.branches)},
                     {"bookmarks", rows("bookmark", usage.bookmarks)},
                     {"tags", std::move(tags)}};
}

Result<http::Response> usage_of_container(Call& call) {
  const auto container = TRY(call.api.catalog().read([&](CatalogUnit& catalog) {
    return find_container(catalog, call.actor, Right::look, call.param("container"));
  }));
  return answer(200, TRY(surveyed(call, container.id.str(), [&api = call.api, id = container.id] {
                  return measure_container(api, id);
                })));
}

json::array trash_rows(const queries::PoolUsage& usage) {
  json::array out;
  for (const auto& [thing, space] : usage.trash) {
    auto one = row("thing", to_json(queries::Ref{thing.id, thing.name}), space);
    one["kind"] = thing.kind;
    out.push_back(std::move(one));
  }
  return out;
}

Result<json::value> measure_everything(ApiState& api, const queries::TrashQuery& trash) {
  const auto holdings = TRY(api.catalog().read(
      [&](CatalogUnit& catalog) { return queries::pool_holdings(catalog, trash); }));
  queries::Survey survey(api.world().storage, api.is_closing);
  const auto usage = TRY(queries::usage_of(holdings, survey));
  const PoolSpace pool = TRY(api.world().storage.probe());
  return json::value{{"templates", rows("template", usage.templates)},
                     {"containers", rows("container", usage.containers)},
                     {"sources", rows("source", usage.sources)},
                     {"trash", trash_rows(usage)},
                     {"used", pool.total - pool.free},
                     {"users", rows("user", usage.users)}};
}

Result<http::Response> usage_of_everything(Call& call) {
  TRY(must_be_admin(call.actor));
  return answer(200, TRY(surveyed(call, "everything", [&api = call.api, trash = trash_query(call)] {
                  return measure_everything(api, trash);
                })));
}

}  // namespace

void add_usage(Routes& routes) {
  routes.add_compressed("GET /containers/{container}/usage", usage_of_container);
  routes.add_compressed("GET /usage", usage_of_everything);
}

}  // namespace slip::api
