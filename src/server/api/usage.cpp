// SPDX-License-Identifier: Apache-2.0
#include "queries/usage.h"

#include "server/api/answer.h"

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

Result<http::Response> usage_of_container(Call& call) {
  const auto usage = TRY(surveyed(call, [&](Duration patience) {
    return queries::container_usage(call.reader(), call.actor, call.param("container"), patience);
  }));
  json::array tags;
  for (const auto& [tag, sum] : usage.tags) tags.push_back(row("tag", json::value(tag), sum));
  return answer(200, json::object{{"container", to_json(usage.container)},
                                  {"branches", rows("branch", usage.branches)},
                                  {"bookmarks", rows("bookmark", usage.bookmarks)},
                                  {"tags", std::move(tags)}});
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

Result<http::Response> usage_of_everything(Call& call) {
  const auto usage = TRY(surveyed(call, [&](Duration patience) {
    return queries::pool_usage(call.reader(), call.actor, patience);
  }));
  return answer(200, json::object{{"templates", rows("template", usage.templates)},
                                  {"containers", rows("container", usage.containers)},
                                  {"sources", rows("source", usage.sources)},
                                  {"trash", trash_rows(usage)},
                                  {"used", usage.used},
                                  {"users", rows("user", usage.users)}});
}

}  // namespace

void add_usage(Routes& routes) {
  routes.add_compressed("GET /containers/{container}/usage", usage_of_container);
  routes.add_compressed("GET /usage", usage_of_everything);
}

}  // namespace slip::api
