// SPDX-License-Identifier: Apache-2.0
#include "operations/lookup.h"
#include "operations/runner.h"
#include "server/api/answer.h"
#include "server/api/operation_view.h"

namespace slip::api {
namespace {

Result<bool> may_see(CatalogUnit& catalog, const Actor& actor, const Operation& operation) {
  if (actor.role == SystemRole::admin || operation.actor.user == actor.user) return true;
  if (operation.container.empty()) return false;
  const auto container = TRY(catalog.containers().find(operation.container));
  return container && role_in(*container, actor).has_value();
}

// What the product does again and again by itself. A failure of it is of interest to people.
bool is_routine(const Operation& operation) {
  return operation.kind == OperationKind::sync_source &&
         operation.actor.user == slipstream_itself.user &&
         operation.state == OperationState::succeeded;
}

Result<Operation> find_operation(Call& call) {
  const std::string& id = call.param("operation");
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<Operation> {
    const auto found = TRY(catalog.operations().find(OperationId(id)));
    if (found && TRY(may_see(catalog, call.actor, *found))) return *found;
    return Error{.code = ErrorCode::not_found,
                 .message = "there is no operation \"" + id + "\" that you can see",
                 .hint = "\"slip operations\" shows the newest."};
  });
}

// Pages through what there is until `limit` of them may be seen.
Result<http::Response> list(Call& call) {
  const auto limit = static_cast<std::size_t>(TRY(call.number("limit", 1, 500)).value_or(50));
  const auto before = call.query("before");
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    OperationQuery query;
    query.limit = limit;
    query.background = call.flag("background");
    if (before) query.before = OperationId(*before);
    if (const auto name = call.query("container")) {
      query.container = TRY(find_container(catalog, call.actor, Right::look, *name)).id;
    }
    json::array items;
    for (;;) {
      const auto some = TRY(catalog.operations().query(query));
      for (const auto& operation : some) {
        query.before = operation.id;
        if (!query.background && is_routine(operation)) continue;
        if (!TRY(may_see(catalog, call.actor, operation))) continue;
        items.push_back(TRY(operation_json(catalog, operation, Detail::outline)));
        if (items.size() == limit) return answer_list(std::move(items), operation.id.str());
      }
      if (some.size() < limit) return answer_list(std::move(items));
    }
  });
}

Result<http::Response> cancel(Call& call) {
  const auto operation = TRY(find_operation(call));
  TRY(call.api.engine.cancel(call.actor, operation.id));
  return answer_operation(call, TRY(find_operation(call)));
}

}  // namespace

void add_operations(Routes& routes) {
  routes.add_compressed("GET /operations", list);
  routes.add("GET /operations/{operation}", [](Call& call) -> Result<http::Response> {
    return answer_operation(call, TRY(find_operation(call)), 200);
  });
  routes.add("POST /operations/{operation}/cancel", cancel);
}

}  // namespace slip::api
