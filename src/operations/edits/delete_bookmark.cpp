// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/edits/edits.h"
#include "operations/edits/owned_bookmark.h"

namespace slip {

Result<Operation> edit(World& world, const Actor& actor, const DeleteBookmark& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::delete_bookmark, key, [&](EditContext& context) -> Result<> {
        auto [bookmark, container, owner] =
            TRY(find_owned_bookmark(context, request.owner, request.bookmark));
        bookmark.deleted_at = context.now;
        bookmark.deleted_by = context.operation.actor.name;
        context.operation.words = fmt::format("delete bookmark \"{}\" of {}", bookmark.name, owner);
        TRY(context.catalog.bookmarks().put(bookmark));
        return tell_of_change(context, bookmark);
      });
}

}  // namespace slip
