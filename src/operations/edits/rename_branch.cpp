#include <fmt/format.h>

#include "domain/name.h"
#include "operations/edits/edits.h"
#include "operations/edits/record_edit.h"
#include "operations/lookup.h"

namespace slip {

Result<Operation> edit(World& world, const Actor& actor, const RenameBranch& request,
                       const std::string& idempotency_key) {
  return record_edit(
      world, actor, OperationKind::rename_branch, idempotency_key,
      [&](EditContext& context) -> Result<> {
        CatalogUnit& catalog = context.catalog;
        const auto container =
            TRY(find_container(catalog, context.actor, Right::own, request.container));
        auto branch = TRY(find_branch(catalog, container, request.branch));
        TRY(check_name("branch name", request.name));
        for (const auto& other :
             TRY(catalog.branches().of_container(container.id, Trash::without))) {
          if (other.id == branch.id || other.name != request.name) continue;
          return Error{.code = ErrorCode::already_exists,
                       .message = fmt::format("{} has a branch called \"{}\" already",
                                              container.name, request.name),
                       .hint = "Choose another name."};
        }
        context.operation.container = container.id;
        context.operation.template_id = container.template_id;
        context.operation.branch = branch.id;
        context.operation.words =
            fmt::format("rename branch {} of {} to {}", branch.name, container.name, request.name);
        branch.name = request.name;
        TRY(catalog.branches().put(branch));
        return context.tell("container", container.id.str());
      });
}

}  // namespace slip
