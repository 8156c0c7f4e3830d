#include <fmt/format.h>

#include "operations/edits/edits.h"
#include "operations/edits/in_trash.h"
#include "operations/edits/owned_bookmark.h"
#include "operations/edits/recover_container.h"
#include "operations/lookup.h"

namespace slip {
namespace {

Result<> recover_bookmark(EditContext& context, const std::string& id) {
  auto bookmark = TRY(context.catalog.bookmarks().find(BookmarkId(id)));
  if (!bookmark || !bookmark->deleted_at) return not_in_trash(id);
  std::string owner;
  if (bookmark->container.empty()) {
    TRY(must_be_admin(context.actor));
    const auto mould = TRY(template_of(context.catalog, bookmark->template_id));
    owner = "template " + mould.name;
    context.operation.template_id = mould.id;
  } else {
    const auto home = TRY(find_home(context, bookmark->container, Right::look, id));
    TRY(may_edit(context.actor, *bookmark, &home));
    owner = home.name;
  }
  if (!TRY(point_of(context.catalog, bookmark->point)).reachable()) {
    return Error{
        .code = ErrorCode::not_found,
        .message = fmt::format("the data of bookmark \"{}\" is no longer kept", bookmark->name)};
  }
  bookmark->deleted_at.reset();
  TRY(check_bookmark_name_free(context.catalog, *bookmark));
  context.operation.point = bookmark->point;
  context.operation.words = fmt::format("recover bookmark \"{}\" of {}", bookmark->name, owner);
  TRY(context.catalog.bookmarks().put(*bookmark));
  TRY(context.tell_template("bookmark", bookmark->id.str()));
  return context.tell("bookmark", bookmark->id.str());
}

Result<> recover_branch(EditContext& context, const std::string& id) {
  auto branch = TRY(context.catalog.branches().find(BranchId(id)));
  if (!branch || !branch->deleted_at || branch->container.empty()) return not_in_trash(id);
  const auto home = TRY(find_home(context, branch->container, Right::own, id));
  if (branch->volume.empty()) {
    return Error{.code = ErrorCode::not_found,
                 .message = fmt::format("the data of branch {} is no longer kept", branch->name)};
  }
  for (const auto& other : TRY(context.catalog.branches().of_container(home.id, Trash::without))) {
    if (other.name != branch->name) continue;
    return Error{
        .code = ErrorCode::already_exists,
        .message = fmt::format("{} has a branch called \"{}\" again", home.name, branch->name),
        .hint = "Rename that one first."};
  }
  branch->deleted_at.reset();
  branch->wanted = RunState::stopped;
  context.operation.branch = branch->id;
  context.operation.words = fmt::format("recover branch {} of {}", branch->name, home.name);
  TRY(context.catalog.branches().put(*branch));
  return context.tell("container", home.id.str());
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const RecoverFromTrash& request,
                       const std::string& idempotency_key) {
  auto operation = TRY(record_edit(world, actor, OperationKind::recover_from_trash, idempotency_key,
                                   [&](EditContext& context) -> Result<> {
                                     if (BookmarkId::looks_like(request.id))
                                       return recover_bookmark(context, request.id);
                                     if (BranchId::looks_like(request.id))
                                       return recover_branch(context, request.id);
                                     if (ContainerId::looks_like(request.id))
                                       return recover_container(context, request.id);
                                     return not_in_trash(request.id);
                                   }));
  if (ContainerId::looks_like(request.id)) open_endpoints_again(world, operation.container);
  return operation;
}

}  // namespace slip
