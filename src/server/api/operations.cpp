// SPDX-License-Identifier: Apache-2.0
#include "queries/operations.h"

#include "operations/lookup.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

Result<Operation> find_operation(Call& call) {
  const std::string& id = call.param("operation");
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<Operation> {
    const auto found = TRY(catalog.operations().find(OperationId(id)));
    if (found && TRY(queries::may_see(catalog, call.actor, *found))) return *found;
    return unseen(OperationId(id));
  });
}

Result<http::Response> list_operations(Call& call) {
  const auto before = call.query("before");
  OperationQuery query;
  query.limit = static_cast<std::size_t>(TRY(call.number("limit", 1, 500)).value_or(50));
  query.background = call.flag("background");
  if (before) query.before = OperationId(*before);
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    if (const auto name = call.query("container")) {
      query.container = TRY(find_container(catalog, call.actor, Right::look, *name)).id;
    }
    const auto page = TRY(queries::visible_operations(catalog, call.actor, query));
    json::array items;
    for (const auto& operation : page.operations) items.push_back(to_json(operation));
    return answer_list(std::move(items), page.next);
  });
}

Result<http::Response> cancel(Call& call) {
  const auto operation = TRY(find_operation(call));
  TRY(call.api.engine.cancel(call.actor, operation.id));
  return answer_operation(call, TRY(find_operation(call)));
}

}  // namespace

void add_operations(Routes& routes) {
  routes.add_compressed("GET /operations", list_operations);
  routes.add("GET /operations/{operation}", [](Call& call) -> Result<http::Response> {
    return answer_operation(call, TRY(find_operation(call)), 200);
  });
  routes.add("POST /operations/{operation}/cancel", cancel);
}

}  // namespace slip::api
