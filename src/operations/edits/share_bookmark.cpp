// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "operations/edits/edits.h"
#include "operations/edits/owned_bookmark.h"
#include "operations/lookup.h"

namespace slip {
namespace {

Result<> check_audience(const ShareBookmark& request) {
  if (request.audience == Audience::only_container) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a shared bookmark is for everyone or for named users",
                 .hint = "Unshare it to keep it to the container."};
  }
  if (request.audience == Audience::named && request.users.empty()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "nobody is named to share it with",
                 .hint = "Name at least one user, or share it with everyone."};
  }
  if (request.audience == Audience::everyone && !request.users.empty()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "users are named, but it is to be shared with everyone",
                 .hint = "Share it with the audience \"named\", or name nobody."};
  }
  return {};
}

// Those who could take it before and those who can now are told.
Result<> record(EditContext& context, const Bookmark& bookmark) {
  TRY(context.catalog.bookmarks().put(bookmark));
  TRY(context.tell("bookmark", bookmark.id.str()));
  return context.tell_template("bookmark", bookmark.id.str());
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const ShareBookmark& request,
                       const IdempotencyKey& key) {
  TRY(check_audience(request));
  return record_edit(
      world, actor, OperationKind::share_bookmark, key, [&](EditContext& context) -> Result<> {
        auto [bookmark, container, owner] =
            TRY(find_owned_bookmark(context, OfContainer{request.container}, request.bookmark));
        bookmark.audience = request.audience;
        bookmark.shared_with.clear();
        std::string names;
        for (const auto& name : request.users) {
          const auto user = TRY(find_user_named(context.catalog, name));
          if (std::ranges::find(bookmark.shared_with, user.id) != bookmark.shared_with.end()) {
            continue;
          }
          bookmark.shared_with.push_back(user.id);
          names += (names.empty() ? "" : ", ") + user.name;
        }
        context.operation.words =
            fmt::format("share bookmark \"{}\" of {} with {}", bookmark.name, owner,
                        names.empty() ? "everyone of the template" : names);
        return record(context, bookmark);
      });
}

Result<Operation> edit(World& world, const Actor& actor, const UnshareBookmark& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::unshare_bookmark, key, [&](EditContext& context) -> Result<> {
        auto [bookmark, container, owner] =
            TRY(find_owned_bookmark(context, OfContainer{request.container}, request.bookmark));
        bookmark.audience = Audience::only_container;
        bookmark.shared_with.clear();
        context.operation.words =
            fmt::format("share bookmark \"{}\" of {} no longer", bookmark.name, owner);
        return record(context, bookmark);
      });
}

}  // namespace slip
