// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/edits/edits.h"
#include "operations/edits/in_trash.h"
#include "operations/purge.h"

namespace slip {
namespace {

Result<> purge_bookmark(EditContext& context, const BookmarkId& id) {
  const auto [bookmark, owner] = TRY(bookmark_in_trash(context, id));
  context.operation.words = fmt::format("purge bookmark \"{}\" of {}", bookmark.name, owner);
  TRY(purge(context.catalog, bookmark, context.world.settings.retention, context.now));
  return context.tell("bookmark", id.str());
}

Result<> purge_branch(EditContext& context, const BranchId& id) {
  const auto [branch, home] = TRY(branch_in_trash(context, id));
  context.operation.words = fmt::format("purge branch {} of {}", branch.name, home.name);
  TRY(purge(context.catalog, branch, context.world.settings.retention, context.now));
  return context.tell("container", home.id.str());
}

Result<> purge_container(EditContext& context, const ContainerId& id) {
  const auto container = TRY(container_in_trash(context, id));
  context.operation.words = "purge container " + container.name;
  TRY(purge(context.catalog, container, context.world.settings.retention, context.now));
  return context.tell("container", id.str());
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const PurgeFromTrash& request,
                       const IdempotencyKey& key) {
  return record_edit(world, actor, OperationKind::purge_from_trash, key, [&](EditContext& context) {
    return edit_in_trash(context, request.id, purge_bookmark, purge_branch, purge_container);
  });
}

}  // namespace slip
