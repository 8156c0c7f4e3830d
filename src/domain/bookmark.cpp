// SPDX-License-Identifier: Apache-2.0
#include "domain/bookmark.h"

#include <fmt/format.h>

#include <set>

#include "domain/name.h"

namespace slip {

Result<Bookmark> accept_bookmark(Bookmark bookmark) {
  bookmark.name = TRY(accept_title("bookmark name", bookmark.name));
  TRY(check_note(bookmark.note));
  if (bookmark.tags.size() > 16) {
    return Error{
        .code = ErrorCode::invalid_argument,
        .message = fmt::format("a bookmark has at most 16 tags, not {}", bookmark.tags.size())};
  }
  std::set<std::string> seen;
  for (auto& tag : bookmark.tags) {
    tag = TRY(accept_title("tag", tag));
    if (tag.size() > 64) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = fmt::format("the tag \"{}\" is longer than 64 bytes", tag)};
    }
    if (!seen.insert(tag).second) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = fmt::format("the tag \"{}\" is given twice", tag)};
    }
  }
  return bookmark;
}

bool keeps_data(const Bookmark& bookmark, Timestamp now) {
  return !bookmark.deleted_at && (!bookmark.expires_at || *bookmark.expires_at > now);
}

}  // namespace slip
