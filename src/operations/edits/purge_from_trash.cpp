#include <fmt/format.h>

#include "operations/edits/edits.h"
#include "operations/edits/in_trash.h"
#include "operations/purge.h"
#include "operations/submit.h"

namespace slip {
namespace {

Result<> purge_bookmark(EditContext& context, const std::string& id) {
  const auto bookmark = TRY(context.catalog.bookmarks().find(BookmarkId(id)));
  if (!bookmark || !bookmark->deleted_at) return not_in_trash(id);
  if (bookmark->container.empty()) {
    TRY(must_be_admin(context.actor));
    context.operation.template_id = bookmark->template_id;
  } else {
    const auto home = TRY(find_home(context, bookmark->container, Right::look, id));
    TRY(may_edit(context.actor, *bookmark, &home));
  }
  context.operation.point = bookmark->point;
  context.operation.words = fmt::format("purge bookmark \"{}\"", bookmark->name);
  TRY(purge(context.catalog, *bookmark, context.world.settings.retention, context.now));
  return context.tell("bookmark", id);
}

Result<> purge_branch(EditContext& context, const std::string& id) {
  const auto branch = TRY(context.catalog.branches().find(BranchId(id)));
  if (!branch || !branch->deleted_at || branch->container.empty()) return not_in_trash(id);
  const auto home = TRY(find_home(context, branch->container, Right::own, id));
  TRY(check_not_busy(context.catalog, {home.id.str()}));
  context.operation.branch = branch->id;
  context.operation.words = fmt::format("purge branch {} of {}", branch->name, home.name);
  TRY(purge(context.catalog, *branch, context.now));
  return context.tell("container", home.id.str());
}

Result<> purge_container(EditContext& context, const std::string& id) {
  const auto container = TRY(context.catalog.containers().find(ContainerId(id)));
  if (!container || !container->deleted_at || !role_in(*container, context.actor)) {
    return not_in_trash(id);
  }
  TRY(may(context.actor, Right::own, *container));
  TRY(check_not_busy(context.catalog, {container->id.str()}));
  context.operation.container = container->id;
  context.operation.template_id = container->template_id;
  context.operation.words = fmt::format("purge container {}", container->name);
  TRY(purge(context.catalog, *container, context.now));
  return context.tell("container", id);
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const PurgeFromTrash& request,
                       const std::string& idempotency_key) {
  return record_edit(world, actor, OperationKind::purge_from_trash, idempotency_key,
                     [&](EditContext& context) -> Result<> {
                       if (BookmarkId::looks_like(request.id))
                         return purge_bookmark(context, request.id);
                       if (BranchId::looks_like(request.id))
                         return purge_branch(context, request.id);
                       if (ContainerId::looks_like(request.id))
                         return purge_container(context, request.id);
                       return not_in_trash(request.id);
                     });
}

}  // namespace slip
