// SPDX-License-Identifier: Apache-2.0
#include "queries/bookmarks.h"
#include "server/api/answer.h"
#include "server/api/bookmark_bodies.h"

namespace slip::api {
namespace {

struct BookmarkBody {
  std::string name;
  std::optional<std::string> note;
  std::vector<std::string> tags;
  std::optional<Timestamp> at;
  std::optional<bool> accept_earlier;
};
BOOST_DESCRIBE_STRUCT(BookmarkBody, (), (name, note, tags, at, accept_earlier))

Result<http::Response> list_template_bookmarks(Call& call) {
  json::array items;
  for (const auto& view :
       TRY(queries::bookmarks_of_template(call.reader(), call.actor, call.param("template")))) {
    items.push_back(to_json(view));
  }
  return answer_list(std::move(items));
}

Result<http::Response> create_template_bookmark(Call& call) {
  const auto body = TRY(read_body<BookmarkBody>(call));
  return submit(call,
                CreateTemplateBookmark{.tmpl = call.param("template"),
                                       .name = body.name,
                                       .note = body.note.value_or(""),
                                       .tags = body.tags,
                                       .at = body.at,
                                       .accept_earlier = body.accept_earlier.value_or(false)});
}

}  // namespace

void add_template_bookmarks(Routes& routes) {
  routes.add_compressed("GET /templates/{template}/bookmarks", list_template_bookmarks);
  routes.add("POST /templates/{template}/bookmarks", create_template_bookmark);
  routes.add(
      "PATCH /templates/{template}/bookmarks/{bookmark}", [](Call& call) -> Result<http::Response> {
        return carry_out(call, TRY(read_bookmark_edit(call, OfTemplate{call.param("template")})));
      });
  routes.add("DELETE /templates/{template}/bookmarks/{bookmark}", [](Call& call) {
    return carry_out(call, DeleteBookmark{.owner = OfTemplate{call.param("template")},
                                          .bookmark = call.param("bookmark")});
  });
}

}  // namespace slip::api
