// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/edits/edits.h"
#include "operations/edits/in_trash.h"
#include "operations/edits/owned_bookmark.h"
#include "operations/edits/recover_container.h"
#include "operations/name_free.h"

namespace slip {
namespace {

Result<> recover_bookmark(EditContext& context, const BookmarkId& id) {
  auto [bookmark, owner] = TRY(bookmark_in_trash(context, id));
  if (!TRY(point_of(context.catalog, bookmark.point)).reachable()) {
    return Error{
        .code = ErrorCode::not_found,
        .message = fmt::format("the data of bookmark \"{}\" is no longer kept", bookmark.name)};
  }
  bookmark.deleted_at.reset();
  bookmark.deleted_by.reset();
  TRY(check_bookmark_name_free(context.catalog, bookmark));
  context.operation.words = fmt::format("recover bookmark \"{}\" of {}", bookmark.name, owner);
  TRY(context.catalog.bookmarks().put(bookmark));
  return tell_of_change(context, bookmark);
}

Result<> recover_branch(EditContext& context, const BranchId& id) {
  auto [branch, home] = TRY(branch_in_trash(context, id));
  if (branch.volume.empty()) {
    return Error{.code = ErrorCode::not_found,
                 .message = fmt::format("the data of branch {} is no longer kept", branch.name)};
  }
  TRY(check_name_free("branch",
                      TRY(context.catalog.branches().of_container(home.id, Trash::without)),
                      branch.name, branch.id, "Rename that one first."));
  branch.deleted_at.reset();
  branch.deleted_by.reset();
  branch.wanted = RunState::stopped;
  context.operation.words = fmt::format("recover branch {} of {}", branch.name, home.name);
  TRY(context.catalog.branches().put(branch));
  return context.tell("container", home.id.str());
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const RecoverFromTrash& request,
                       const IdempotencyKey& key) {
  auto operation = TRY(
      record_edit(world, actor, OperationKind::recover_from_trash, key, [&](EditContext& context) {
        return edit_in_trash(context, request.id, recover_bookmark, recover_branch,
                             recover_container);
      }));
  if (ContainerId::looks_like(request.id)) open_endpoints_again(world, operation.container);
  return operation;
}

}  // namespace slip
