// SPDX-License-Identifier: Apache-2.0
#include "queries/bookmarks.h"

#include "operations/lookup.h"
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
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    const auto container =
        TRY(find_container(catalog, call.actor, Right::look, call.param("container")));
    auto bookmarks = TRY(catalog.bookmarks().of_template(container.template_id, Trash::without));
    const bool available = call.flag("available");
    std::erase_if(bookmarks, [&](const Bookmark& one) {
      return available ? !is_shared_with(one, call.actor, container)
                       : one.container != container.id;
    });
    json::array items;
    queries::BookmarkViews views(catalog);
    for (const auto& one : bookmarks) items.push_back(to_json(TRY(views.of(one))));
    return answer_list(std::move(items));
  });
}

Result<std::vector<UserId>> users_named(Call& call, const std::vector<std::string>& names) {
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<std::vector<UserId>> {
    std::vector<UserId> users;
    for (const auto& name : names) users.push_back(TRY(find_user_named(catalog, name)).id);
    return users;
  });
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
  request.shared_with = TRY(users_named(call, body.shared_with));
  request.expires_at = body.expires_at;
  if (body.exact) request.manner = *body.exact ? BookmarkManner::exact : BookmarkManner::running;
  if (body.at) {
    request.at = FromTime{*body.at, body.branch.value_or(""), body.accept_earlier.value_or(false)};
  } else {
    request.branch = body.branch.value_or("");
  }
  return submit(call, request);
}

// By its id alone, as in an address that somebody was given: who may not see it is told whom to
// ask.
Result<http::Response> show_by_id(Call& call) {
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    const auto bookmark =
        TRY(find_shown_bookmark(catalog, call.actor, BookmarkId(call.param("bookmark"))));
    return answer(200, to_json(TRY(queries::BookmarkViews(catalog).of(bookmark))));
  });
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
  routes.add("GET /containers/{container}/bookmarks/{bookmark}", [](Call& call) {
    return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
      const auto container =
          TRY(find_container(catalog, call.actor, Right::look, call.param("container")));
      const auto bookmark =
          TRY(find_bookmark(catalog, call.actor, container, call.param("bookmark")));
      return answer(200, to_json(TRY(queries::BookmarkViews(catalog).of(bookmark))));
    });
  });
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
