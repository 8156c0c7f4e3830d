// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/edits/edits.h"
#include "operations/edits/record_edit.h"
#include "operations/lookup.h"
#include "operations/purge.h"
#include "operations/submit.h"

namespace slip {
namespace {

Result<> check_unused(CatalogUnit& catalog, const Source& source) {
  for (const auto& mould : TRY(catalog.templates().all(Trash::without))) {
    for (const auto& place : mould.newest().sources) {
      if (place.source != source.id) continue;
      return Error{.code = ErrorCode::precondition_failed,
                   .message = fmt::format("template {} uses source {}", mould.name, source.name),
                   .hint = "Make a version of the template without it, or delete the template."};
    }
  }
  return {};
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const UnlinkSource& request,
                       const IdempotencyKey& key) {
  return record_edit(world, actor, OperationKind::unlink_source, key,
                     [&](EditContext& context) -> Result<> {
                       TRY(must_be_admin(context.actor));
                       CatalogUnit& catalog = context.catalog;
                       auto source = TRY(find_source(catalog, request.source));
                       TRY(check_unused(catalog, source));
                       TRY(check_not_busy(catalog, {"source " + source.name}));
                       TRY(purge(catalog, source));
                       source.deleted_at = context.now;
                       context.operation.source = source.id;
                       context.operation.words = "unlink source " + source.name;
                       TRY(catalog.sources().put(source));
                       return context.tell("source", source.id.str());
                     });
}

}  // namespace slip
