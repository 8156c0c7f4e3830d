// SPDX-License-Identifier: Apache-2.0
#include "queries/bookmarks.h"

#include "queries/users.h"
#include "server/api/answer.h"
#include "server/api/bookmark_bodies.h"

namespace slip::api {
namespace {

struct BookmarkBody {
  std::string name;
  std::optional<std::string> note;
  std::vector<std::string> tags;
  std::optional<Audience> audience;
  std::vector<std::string> shared_with;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> at;
  std::optional<std::string> branch;
  std::optional<bool> accept_earlier;
  std::optional<bool> exact;
};
BOOST_DESCRIBE_STRUCT(BookmarkBody, (),
                      (name, note, tags, audience, shared_with, expires_at, at, branch,
                       accept_earlier, exact))

struct ShareBody {
  std::optional<Audience> audience;
  std::vector<std::string> shared_with;
};
BOOST_DESCRIBE_STRUCT(ShareBody, (), (audience, shared_with))

// Own bookmarks, or with ?available=1 what others, and the template, offer the container.
Result<http::Response> list_bookmarks(Call& call) {
  const auto offered = call.flag("available") ? queries::Offered::by_others : queries::Offered::own;
  json::array items;
  for (const auto& view :
       TRY(queries::bookmark_views(call.reader(), call.actor, call.param("container"), offered))) {
    items.push_back(to_json(view));
  }
  return answer_list(std::move(items));
}

// Users that are named make the audience "named" when it is not said.
Result<Audience> audience_of(const std::optional<Audience>& said,
                             const std::vector<std::string>& names, Audience otherwise) {
  const Audience audience = said.value_or(names.empty() ? otherwise : Audience::named);
  if ((audience == Audience::named) != names.empty()) return audience;
  return Error{.code = ErrorCode::invalid_argument,
               .message = names.empty() ? "shared_with: nobody is named"
                                        : "shared_with: users are named for another audience",
               .hint = "The audience \"named\" goes with shared_with, the others without."};
}

Result<http::Response> create_bookmark(Call& call) {
  const auto body = TRY(read_body<BookmarkBody>(call));
  CreateBookmark request;
  request.container = call.param("container");
  request.name = body.name;
  request.note = body.note.value_or("");
  request.tags = body.tags;
  request.audience = TRY(audience_of(body.audience, body.shared_with, Audience::only_container));
  request.shared_with = TRY(queries::users_named(call.reader(), body.shared_with));
  request.expires_at = body.expires_at;
  if (body.exact) request.manner = *body.exact ? BookmarkManner::exact : BookmarkManner::running;
  if (body.at) {
    request.at = FromTime{*body.at, body.branch.value_or(""), body.accept_earlier.value_or(false)};
  } else {
    request.branch = body.branch.value_or("");
  }
  return submit(call, request);
}

// By its id alone.
Result<http::Response> show_by_id(Call& call) {
  return answer(200, to_json(TRY(queries::bookmark_view(call.reader(), call.actor,
                                                        BookmarkId(call.param("bookmark"))))));
}

Result<http::Response> show_bookmark(Call& call) {
  return answer(
      200, to_json(TRY(queries::bookmark_view(call.reader(), call.actor, call.param("container"),
                                              call.param("bookmark")))));
}

Result<http::Response> share(Call& call) {
  const auto body = TRY(read_body<ShareBody>(call));
  return carry_out(call, ShareBookmark{.container = call.param("container"),
                                       .bookmark = call.param("bookmark"),
                                       .audience = TRY(audience_of(body.audience, body.shared_with,
                                                                   Audience::everyone)),
                                       .users = body.shared_with});
}

}  // namespace

void add_bookmarks(Routes& routes) {
  routes.add("GET /bookmarks/{bookmark}", show_by_id);
  routes.add_compressed("GET /containers/{container}/bookmarks", list_bookmarks);
  routes.add("POST /containers/{container}/bookmarks", create_bookmark);
  routes.add("GET /containers/{container}/bookmarks/{bookmark}", show_bookmark);
  routes.add("PATCH /containers/{container}/bookmarks/{bookmark}",
             [](Call& call) -> Result<http::Response> {
               return carry_out(
                   call, TRY(read_bookmark_edit(call, OfContainer{call.param("container")})));
             });
  routes.add("DELETE /containers/{container}/bookmarks/{bookmark}", [](Call& call) {
    return carry_out(call, DeleteBookmark{.owner = OfContainer{call.param("container")},
                                          .bookmark = call.param("bookmark")});
  });
  routes.add("PUT /containers/{container}/bookmarks/{bookmark}/share", share);
  routes.add("DELETE /containers/{container}/bookmarks/{bookmark}/share", [](Call& call) {
    return carry_out(call, UnshareBookmark{.container = call.param("container"),
                                           .bookmark = call.param("bookmark")});
  });
}

}  // namespace slip::api
