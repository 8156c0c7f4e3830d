#include "server/api/bookmark_view.h"

#include "server/api/refs.h"

namespace slip::api {
namespace {

struct BookmarkView {
  std::string id;
  std::string name;
  std::optional<Ref> container;
  Ref template_;
  std::optional<Ref> branch;
  Ref creator;
  std::string note;
  std::vector<std::string> tags;
  Audience audience = Audience::only_container;
  std::vector<std::string> shared_with;  // users' names
  Timestamp at;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  PointId point;
  std::map<std::string, DataPosition> positions;
};
BOOST_DESCRIBE_STRUCT(BookmarkView, (),
                      (id, name, container, template_, branch, creator, note, tags, audience,
                       shared_with, at, created_at, expires_at, point, positions))

}  // namespace

Result<json::value> bookmark_json(CatalogUnit& catalog, const Bookmark& bookmark) {
  BookmarkView view;
  view.id = bookmark.id.str();
  view.name = bookmark.name;
  view.container = TRY(ref_to(catalog, bookmark.container));
  view.template_ = TRY(must_refer(catalog, bookmark.template_id));
  view.creator = {bookmark.creator.str(), bookmark.creator_name};
  view.note = bookmark.note;
  view.tags = bookmark.tags;
  view.audience = bookmark.audience;
  for (const auto& user : bookmark.shared_with) {
    const auto ref = TRY(must_refer(catalog, user));
    view.shared_with.push_back(ref.name.empty() ? ref.id : ref.name);
  }
  view.at = bookmark.at;
  view.created_at = bookmark.created_at;
  view.expires_at = bookmark.expires_at;
  view.point = bookmark.point;
  if (const auto point = TRY(catalog.points().find(bookmark.point))) {
    view.positions = point->positions;
    view.branch = TRY(ref_to(catalog, point->branch));
  }
  return to_json(view);
}

}  // namespace slip::api
