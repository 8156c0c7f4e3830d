// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/edits/edits.h"
#include "operations/edits/owned_bookmark.h"

namespace slip {
namespace {

Result<> set_expiry(Bookmark& bookmark, const std::variant<NeverExpires, ExpiresAt>& expiry,
                    Timestamp now) {
  const auto* expires = std::get_if<ExpiresAt>(&expiry);
  if (expires == nullptr) {
    bookmark.expires_at.reset();
    return {};
  }
  if (expires->at <= now) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("the bookmark would expire at {}, which is past",
                                        to_rfc3339(expires->at)),
                 .hint = "Choose a later time, or delete the bookmark."};
  }
  bookmark.expires_at = expires->at;
  return {};
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const EditBookmark& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::edit_bookmark, key, [&](EditContext& context) -> Result<> {
        auto [bookmark, container, owner] =
            TRY(find_owned_bookmark(context, request.owner, request.bookmark));
        const std::string former = bookmark.name;
        if (request.name) bookmark.name = *request.name;
        if (request.note) bookmark.note = *request.note;
        if (request.tags) bookmark.tags = *request.tags;
        if (request.expiry) TRY(set_expiry(bookmark, *request.expiry, context.now));
        bookmark = TRY(accept_bookmark(std::move(bookmark)));
        TRY(check_bookmark_name_free(context.catalog, bookmark));
        context.operation.words = former == bookmark.name
                                      ? fmt::format("edit bookmark \"{}\" of {}", former, owner)
                                      : fmt::format("rename bookmark \"{}\" of {} to \"{}\"",
                                                    former, owner, bookmark.name);
        TRY(context.catalog.bookmarks().put(bookmark));
        return tell_of_change(context, bookmark);
      });
}

}  // namespace slip
