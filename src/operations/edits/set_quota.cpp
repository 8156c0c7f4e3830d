// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/log.h"
#include "operations/edits/edits.h"
#include "operations/edits/record_edit.h"
#include "operations/lookup.h"
#include "operations/quotas.h"

namespace slip {

Result<Operation> edit(World& world, const Actor& actor, const SetQuota& request,
                       const IdempotencyKey& key) {
  TRY(check_quota(request.quota));
  if (request.quota.disk_bytes && !world.storage.info().capabilities.quotas) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "this pool cannot bound what a container writes",
                 .hint = "A pool on btrfs can, on Linux from 6.7 on."};
  }
  const auto change = [&](EditContext& context) -> Result<> {
    auto container =
        TRY(find_container(context.catalog, context.actor, Right::look, request.container));
    TRY(must_be_admin(context.actor));
    container.quota.reset();
    if (request.quota != Quota()) container.quota = request.quota;
    context.operation.container = container.id;
    context.operation.template_id = container.template_id;
    context.operation.words =
        fmt::format("set the quota of {}: {}", container.name, words_of(request.quota));
    TRY(context.catalog.containers().put(container));
    return context.tell("container", container.id.str());
  };
  auto done = TRY(record_edit(world, actor, OperationKind::edit_container, key, change));
  // It is set; what could not be changed now holds from the next start.
  if (const auto applied = apply_quota(world, done.container); !applied) {
    spdlog::warn("{}: {}", done.words, applied.error().describe());
  }
  return done;
}

}  // namespace slip
