// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "domain/schedule.h"
#include "operations/edits/edits.h"
#include "operations/edits/record_edit.h"
#include "operations/lookup.h"

namespace slip {

Result<Operation> edit(World& world, const Actor& actor, const EditSource& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::edit_source, key, [&](EditContext& context) -> Result<> {
        TRY(must_be_admin(context.actor));
        auto source = TRY(find_source(context.catalog, request.source));
        context.operation.source = source.id;
        context.operation.words = "change source " + source.name;
        if (request.schedule) {
          if (!request.schedule->empty()) TRY(parse_schedule(*request.schedule));
          source.schedule = *request.schedule;
          context.operation.words =
              source.schedule.empty()
                  ? fmt::format("sync source {} only when told", source.name)
                  : fmt::format("sync source {} {}", source.name, source.schedule);
        }
        if (request.webhook_hash) {
          source.webhook_hash = *request.webhook_hash;
          context.operation.words =
              fmt::format("{} the webhook of source {}",
                          source.webhook_hash.empty() ? "close" : "open", source.name);
        }
        TRY(context.catalog.sources().put(source));
        return context.tell("source", source.id.str());
      });
}

}  // namespace slip
