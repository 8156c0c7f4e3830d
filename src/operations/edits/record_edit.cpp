// SPDX-License-Identifier: Apache-2.0
#include "operations/edits/record_edit.h"

#include "operations/runner.h"
#include "operations/submit.h"

namespace slip {

Result<> EditContext::tell(std::string_view topic, const std::string& subject) {
  return catalog.events().append(Event{.sequence = 0,
                                       .at = now,
                                       .topic = std::string(topic),
                                       .subject = subject,
                                       .container = operation.container,
                                       .template_id = operation.template_id,
                                       .words = operation.words});
}

Result<> EditContext::tell_template(std::string_view topic, const std::string& subject) {
  return catalog.events().append(Event{.sequence = 0,
                                       .at = now,
                                       .topic = std::string(topic),
                                       .subject = subject,
                                       .container = {},
                                       .template_id = operation.template_id,
                                       .words = {}});
}

Result<Operation> record_edit(World& world, const Actor& actor, OperationKind kind,
                              const IdempotencyKey& key, const Edit& change) {
  return world.catalog.write([&](CatalogUnit& catalog) -> Result<Operation> {
    if (auto earlier = TRY(find_earlier(catalog, actor, key))) return *std::move(earlier);
    EditContext context{{{world.ids, actor, world.clock.now()}, catalog, world}, {}};
    Operation& operation = context.operation;
    operation.id = context.next_id<OperationId>();
    operation.kind = kind;
    operation.actor = actor;
    operation.state = OperationState::succeeded;
    operation.idempotency_key = key.key;
    operation.request_digest = key.request;
    operation.created_at = context.now;
    operation.ended_at = context.now;
    TRY(change(context));
    TRY(catalog.operations().put(operation));
    TRY(catalog.events().append(event_of(operation, context.now)));
    return operation;
  });
}

}  // namespace slip
