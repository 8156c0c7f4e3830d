// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "domain/name.h"
#include "operations/edits/edits.h"
#include "operations/edits/record_edit.h"
#include "operations/lookup.h"
#include "operations/name_free.h"

namespace slip {

Result<Operation> edit(World& world, const Actor& actor, const RenameBranch& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::rename_branch, key, [&](EditContext& context) -> Result<> {
        CatalogUnit& catalog = context.catalog;
        const auto container =
            TRY(find_container(catalog, context.actor, Right::own, request.container));
        auto branch = TRY(find_branch(catalog, container, request.branch));
        const auto name = TRY(accept_name("branch name", request.name));
        TRY(check_name_free("branch",
                            TRY(catalog.branches().of_container(container.id, Trash::without)),
                            name, branch.id));
        context.operation.container = container.id;
        context.operation.template_id = container.template_id;
        context.operation.branch = branch.id;
        context.operation.words =
            fmt::format("rename branch {} of {} to {}", branch.name, container.name, name);
        branch.name = name;
        TRY(catalog.branches().put(branch));
        return context.tell("container", container.id.str());
      });
}

}  // namespace slip
