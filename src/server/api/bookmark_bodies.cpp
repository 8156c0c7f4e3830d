// SPDX-License-Identifier: Apache-2.0
#include "server/api/bookmark_bodies.h"

namespace slip::api {
namespace {

struct EditBody {
  std::optional<std::string> name;
  std::optional<std::string> note;
  std::optional<std::vector<std::string>> tags;
  std::optional<Timestamp> expires_at;  // null: never
};
BOOST_DESCRIBE_STRUCT(EditBody, (), (name, note, tags, expires_at))

}  // namespace

Result<EditBookmark> read_bookmark_edit(const Call& call, BookmarkOwner owner) {
  const auto value = TRY(parse_body(call.request));
  const auto body = TRY(from_json<EditBody>(value));
  EditBookmark request{.owner = std::move(owner),
                       .bookmark = call.param("bookmark"),
                       .name = body.name,
                       .note = body.note,
                       .tags = body.tags,
                       .expiry = {}};
  if (body.expires_at) {
    request.expiry = ExpiresAt{*body.expires_at};
  } else if (value.get_object().contains("expires_at")) {
    request.expiry = NeverExpires{};
  }
  if (body.name || body.note || body.tags || request.expiry) return request;
  return Error{.code = ErrorCode::invalid_argument,
               .message = "there is nothing to change",
               .hint = "Give a name, note, tags or expires_at."};
}

}  // namespace slip::api
