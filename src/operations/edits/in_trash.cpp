// SPDX-License-Identifier: Apache-2.0
#include "operations/edits/in_trash.h"

#include <fmt/format.h>

#include "operations/edits/owned_bookmark.h"
#include "operations/submit.h"

namespace slip {
namespace {

// The container of something in the trash, which must not be in there itself.
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

}  // namespace

Error not_in_trash(const std::string& id) {
  return Error{.code = ErrorCode::not_found,
               .message = fmt::format("there is no \"{}\" in the trash", id.substr(0, 300)),
               .hint = "\"slip trash list\" shows what there is."};
}

Result<TrashedBookmark> bookmark_in_trash(EditContext& context, const BookmarkId& id) {
  const auto bookmark = TRY(context.catalog.bookmarks().find(id));
  const Duration life = context.world.settings.retention.trash;
  if (!bookmark || !bookmark->deleted_at || *bookmark->deleted_at + life <= context.now) {
    return not_in_trash(id.str());
  }
  context.operation.point = bookmark->point;
  if (bookmark->container.empty()) {
    TRY(must_be_admin(context.actor));
    const auto mould = TRY(template_of(context.catalog, bookmark->template_id));
    context.operation.template_id = mould.id;
    return TrashedBookmark{*bookmark, "template " + mould.name};
  }
  const auto home = TRY(find_home(context, bookmark->container, Right::look, id.str()));
  TRY(may_edit(context.actor, *bookmark, &home));
  return TrashedBookmark{*bookmark, home.name};
}

Result<TrashedBranch> branch_in_trash(EditContext& context, const BranchId& id) {
  const auto branch = TRY(context.catalog.branches().find(id));
  if (!branch || !branch->deleted_at || branch->container.empty()) return not_in_trash(id.str());
  const auto home = TRY(find_home(context, branch->container, Right::own, id.str()));
  TRY(check_not_busy(context.catalog, {home.id.str()}));
  context.operation.branch = branch->id;
  return TrashedBranch{*branch, home};
}

Result<Container> container_in_trash(EditContext& context, const ContainerId& id) {
  const auto container = TRY(context.catalog.containers().find(id));
  if (!container || !container->deleted_at || !role_in(*container, context.actor)) {
    return not_in_trash(id.str());
  }
  TRY(may(context.actor, Right::own, *container));
  TRY(check_not_busy(context.catalog, {container->id.str()}));
  context.operation.container = container->id;
  context.operation.template_id = container->template_id;
  return *container;
}

}  // namespace slip
