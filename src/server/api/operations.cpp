// SPDX-License-Identifier: Apache-2.0
#include "queries/operations.h"

#include "server/api/answer.h"

namespace slip::api {
namespace {

Result<Operation> find_operation(Call& call) {
  return queries::operation_seen(call.reader(), call.actor, OperationId(call.param("operation")));
}

Result<http::Response> list_operations(Call& call) {
  const auto before = call.query("before");
  OperationQuery query;
  query.limit = static_cast<std::size_t>(TRY(call.number("limit", 1, 500)).value_or(50));
  query.background = call.flag("background");
  if (before) query.before = OperationId(*before);
  const auto page = TRY(queries::visible_operations(call.reader(), call.actor, std::move(query),
                                                    call.query("container")));
  json::array items;
  for (const auto& operation : page.operations) items.push_back(to_json(operation));
  return answer_list(std::move(items), page.next);
}

Result<http::Response> cancel(Call& call) {
  const auto operation = TRY(find_operation(call));
  TRY(call.api.product.cancel(call.actor, operation.id));
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
