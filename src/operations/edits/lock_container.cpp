// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "domain/name.h"
#include "operations/edits/edits.h"
#include "operations/edits/record_edit.h"
#include "operations/lookup.h"

namespace slip {
namespace {

Result<Container> find_own(EditContext& context, const std::string& name) {
  auto container = TRY(find_container(context.catalog, context.actor, Right::own, name));
  context.operation.container = container.id;
  context.operation.template_id = container.template_id;
  return container;
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const LockContainer& request,
                       const IdempotencyKey& key) {
  return record_edit(world, actor, OperationKind::lock, key, [&](EditContext& context) -> Result<> {
    auto container = TRY(find_own(context, request.container));
    TRY(check_note(request.why));
    container.lock = Lock{.by = context.actor.user,
                          .by_name = context.actor.name,
                          .why = request.why,
                          .at = context.now};
    context.operation.words =
        fmt::format("lock {}{}{}", container.name, request.why.empty() ? "" : ": ", request.why);
    TRY(context.catalog.containers().put(container));
    return context.tell("container", container.id.str());
  });
}

Result<Operation> edit(World& world, const Actor& actor, const UnlockContainer& request,
                       const IdempotencyKey& key) {
  return record_edit(world, actor, OperationKind::unlock, key,
                     [&](EditContext& context) -> Result<> {
                       auto container = TRY(find_own(context, request.container));
                       if (!container.lock) {
                         return Error{.code = ErrorCode::precondition_failed,
                                      .message = container.name + " is not locked"};
                       }
                       container.lock.reset();
                       context.operation.words = "unlock " + container.name;
                       TRY(context.catalog.containers().put(container));
                       return context.tell("container", container.id.str());
                     });
}

}  // namespace slip
