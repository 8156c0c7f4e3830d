#include "operations/edits/in_trash.h"

#include <fmt/format.h>

namespace slip {

Error not_in_trash(const std::string& id) {
  return Error{.code = ErrorCode::not_found,
               .message = fmt::format("there is no \"{}\" in the trash", id.substr(0, 300)),
               .hint = "\"slip trash list\" shows what there is."};
}

Result<Container> find_home(EditContext& context, const ContainerId& id, Right right,
                            const std::string& asked) {
  const auto home = TRY(context.catalog.containers().find(id));
  if (!home || !role_in(*home, context.actor)) return not_in_trash(asked);
  TRY(may(context.actor, right, *home));
  if (home->deleted_at) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("its container {} is in the trash itself", home->name),
                 .hint = fmt::format("Recover or purge {}.", home->id.str())};
  }
  context.operation.container = home->id;
  context.operation.template_id = home->template_id;
  return *home;
}

}  // namespace slip
