// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/edits/edits.h"
#include "operations/edits/record_edit.h"
#include "operations/lookup.h"
#include "operations/submit.h"

namespace slip {

Result<Operation> edit(World& world, const Actor& actor, const DeleteTemplate& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::delete_template, key, [&](EditContext& context) -> Result<> {
        TRY(must_be_admin(context.actor));
        CatalogUnit& catalog = context.catalog;
        auto mould = TRY(find_template(catalog, request.tmpl));
        for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
          if (container.template_id != mould.id) continue;
          return Error{
              .code = ErrorCode::precondition_failed,
              .message = fmt::format("container {} is of template {}", container.name, mould.name),
              .hint = "Delete its containers first."};
        }
        TRY(check_not_busy(catalog, {mould.id.str(), "template " + mould.name}));
        mould.deleted_at = context.now;
        context.operation.template_id = mould.id;
        context.operation.words = "delete template " + mould.name;
        TRY(catalog.templates().put(mould));
        return context.tell("template", mould.id.str());
      });
}

}  // namespace slip
