// SPDX-License-Identifier: Apache-2.0
#include "operations/lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/name.h"
#include "domain/timeline.h"
#include "operations/volume_specs.h"

namespace slip {
namespace {

// "There are: a, b, c." of at most ten names.
template <class Things>
std::string say_names(const Things& things) {
  if (things.empty()) return "There are none.";
  std::string names;
  std::size_t count = 0;
  for (const auto& thing : things) {
    if (++count > 10) return fmt::format("There are: {}, ... ({} in all).", names, things.size());
    names += (names.empty() ? "" : ", ") + thing.name;
  }
  return fmt::format("There are: {}.", names);
}

Error no_such(std::string_view what, std::string_view name, std::string hint) {
  return Error{.code = ErrorCode::not_found,
               .message = fmt::format("there is no {} \"{}\"", what, name.substr(0, 300)),
               .hint = std::move(hint)};
}

template <class Record, class RecordId>
Result<Record> must_find(Records<Record, RecordId>& records, const RecordId& id,
                         std::string_view what) {
  auto found = TRY(records.find(id));
  if (found) return *std::move(found);
  return Error{.code = ErrorCode::internal,
               .message = fmt::format("the catalog has no {} {}", what, id.str())};
}

// By id if it looks like one, else by name; nothing if deleted.
template <class Record, class RecordId, class Table>
Result<std::optional<Record>> by_name_or_id(Table& table, std::string_view name_or_id) {
  if (!RecordId::looks_like(name_or_id)) return table.find_named(normal_form(name_or_id));
  std::optional<Record> found = TRY(table.find(RecordId(std::string(name_or_id))));
  if (found && found->deleted_at) found.reset();
  return found;
}

}  // namespace

Result<Container> find_container(CatalogUnit& catalog, const Actor& actor, Right right,
                                 std::string_view name_or_id) {
  auto found = TRY((by_name_or_id<Container, ContainerId>(catalog.containers(), name_or_id)));
  if (found && role_in(*found, actor)) {
    TRY(may(actor, right, *found));
    return *std::move(found);
  }
  auto visible = TRY(catalog.containers().all(Trash::without));
  std::erase_if(visible, [&](const Container& one) { return !role_in(one, actor); });
  return no_such("container", name_or_id, say_names(visible));
}

Result<Template> find_template(CatalogUnit& catalog, std::string_view name_or_id) {
  auto found = TRY((by_name_or_id<Template, TemplateId>(catalog.templates(), name_or_id)));
  if (found) return *std::move(found);
  return no_such("template", name_or_id, say_names(TRY(catalog.templates().all(Trash::without))));
}

Result<Source> find_source(CatalogUnit& catalog, std::string_view name_or_id) {
  auto found = TRY((by_name_or_id<Source, SourceId>(catalog.sources(), name_or_id)));
  if (found) return *std::move(found);
  return no_such("source", name_or_id, say_names(TRY(catalog.sources().all(Trash::without))));
}

Result<Branch> find_branch(CatalogUnit& catalog, const Container& container,
                           std::string_view name_or_id) {
  const std::string name = normal_form(name_or_id);
  const auto branches = TRY(catalog.branches().of_container(container.id, Trash::without));
  for (const auto& branch : branches) {
    if (branch.name == name || branch.id.str() == name) return branch;
  }
  return no_such("branch", name_or_id, say_names(branches));
}

Result<Branch> find_branch_or_active(CatalogUnit& catalog, const Container& container,
                                     std::string_view name_or_id) {
  if (name_or_id.empty()) return branch_of(catalog, container.active);
  return find_branch(catalog, container, name_or_id);
}

Result<User> find_user_named(CatalogUnit& catalog, std::string_view name_or_id) {
  auto found = UserId::looks_like(name_or_id)
                   ? TRY(catalog.users().find(UserId(std::string(name_or_id))))
                   : TRY(catalog.users().find_named(name_or_id));
  if (found) return *std::move(found);
  return no_such("user", name_or_id, "\"slip user list\" shows who there is.");
}

Result<Bookmark> find_bookmark(CatalogUnit& catalog, const Actor& actor, const Container& container,
                               std::string_view name_or_id) {
  const std::string reference = normal_form(name_or_id);
  auto bookmarks = TRY(catalog.bookmarks().of_template(container.template_id, Trash::without));
  std::erase_if(bookmarks, [&](const Bookmark& one) {
    return one.container != container.id && !is_shared_with(one, actor, container);
  });
  for (const auto& one : bookmarks) {
    if (one.id.str() == reference || (one.container == container.id && one.name == reference)) {
      return one;
    }
  }
  std::vector<Bookmark> fitting;
  for (const auto& one : bookmarks) {
    std::string owner;
    if (one.container.empty()) {
      owner = TRY(template_of(catalog, one.template_id)).name;
    } else {
      owner = TRY(container_of(catalog, one.container)).name;
    }
    if (owner + "/" + one.name == reference) return one;
    if (one.name == reference) {
      fitting.push_back(one);
      fitting.back().name = owner + "/" + one.name;
    }
  }
  if (fitting.size() == 1) {
    fitting[0].name = reference;
    return fitting[0];
  }
  if (!fitting.empty()) {
    return Error{.code = ErrorCode::ambiguous,
                 .message = fmt::format("several bookmarks are called \"{}\"", reference),
                 .hint = say_names(fitting) + " Say which one."};
  }
  return no_such("bookmark", reference, say_names(bookmarks));
}

Result<Bookmark> find_shown_bookmark(CatalogUnit& catalog, const Actor& actor,
                                     const BookmarkId& id) {
  const auto bookmark = TRY(catalog.bookmarks().find(id));
  if (!bookmark || bookmark->deleted_at) {
    return Error{.code = ErrorCode::not_found,
                 .message = "there is no bookmark \"" + id.str() + "\"",
                 .hint = "It may have been deleted. Ask whoever gave you its address."};
  }
  if (actor.role == SystemRole::admin) return *bookmark;
  bool could_take_it = false;
  for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
    if (!role_in(container, actor)) continue;
    if (container.id == bookmark->container) return *bookmark;
    if (is_shared_with(*bookmark, actor, container)) return *bookmark;
    if (container.template_id == bookmark->template_id) could_take_it = true;
  }
  if (could_take_it) {
    const auto creator = TRY(catalog.users().find(bookmark->creator));
    return Error{
        .code = ErrorCode::permission_denied,
        .message = "this bookmark is not shared with you",
        .hint = "Ask " + (creator ? creator->name : "an owner of its container") + " to share it."};
  }
  return Error{.code = ErrorCode::permission_denied,
               .message = "you have no container of the template \"" +
                          TRY(template_of(catalog, bookmark->template_id)).name +
                          "\", which this bookmark is of",
               .hint = "Ask an administrator for one."};
}

Result<Branch> branch_of(CatalogUnit& catalog, const BranchId& id) {
  return must_find(catalog.branches(), id, "branch");
}
Result<Segment> segment_of(CatalogUnit& catalog, const SegmentId& id) {
  return must_find(catalog.segments(), id, "segment");
}
Result<Point> point_of(CatalogUnit& catalog, const PointId& id) {
  return must_find(catalog.points(), id, "point");
}
Result<Template> template_of(CatalogUnit& catalog, const TemplateId& id) {
  return must_find(catalog.templates(), id, "template");
}
Result<Container> container_of(CatalogUnit& catalog, const ContainerId& id) {
  return must_find(catalog.containers(), id, "container");
}
Result<Volume> volume_of(CatalogUnit& catalog, const VolumeId& id) {
  return must_find(catalog.volumes(), id, "volume");
}
Result<Source> source_of(CatalogUnit& catalog, const SourceId& id) {
  return must_find(catalog.sources(), id, "source");
}

Result<TemplateVersion> version_on(CatalogUnit& catalog, const Volume& volume) {
  if (!volume.follows.empty()) {
    const auto source = TRY(catalog.sources().find(volume.follows));
    if (!source) return TemplateVersion{0, {}};  // it is being linked
    return version_alone(*source);
  }
  if (volume.template_id.empty()) return TemplateVersion{0, volume.places};
  return TRY(template_of(catalog, volume.template_id)).version(volume.template_version);
}

Result<ChosenPoint> chosen(PlanContext& context, const Template& ours, const Point& point,
                           std::string words) {
  if (!point.reachable()) {
    return Error{.code = ErrorCode::not_found,
                 .message = fmt::format("the data of {} is no longer kept", words),
                 .hint = "Choose another bookmark or time."};
  }
  auto segment = TRY(segment_of(context.catalog, point.segment));
  const auto branch = TRY(branch_of(context.catalog, point.branch));
  auto owner = branch.template_id;
  if (owner.empty()) owner = TRY(container_of(context.catalog, branch.container)).template_id;
  if (ours.id != owner) {
    const auto theirs = TRY(template_of(context.catalog, owner));
    const auto different = mismatches(ours.newest(), theirs.version(segment.template_version));
    if (!different.empty()) {
      return Error{
          .code = ErrorCode::precondition_failed,
          .message = fmt::format("{} is of template {}, whose source \"{}\" is not that of "
                                 "{}",
                                 words, theirs.name, different.front(), ours.name),
          .hint = "Choose a bookmark of the same template."};
    }
    segment.template_version = ours.newest().number;
  }
  return ChosenPoint{point, segment, branch, DataParent{point.id, point.at, std::move(words)}};
}

Result<ChosenPoint> choose_newest(PlanContext& context, const Template& mould) {
  const auto newest = TRY(context.catalog.points().newest(mould.master));
  if (newest) return chosen(context, mould, *newest, "the newest data of " + mould.name);
  return Error{.code = ErrorCode::precondition_failed,
               .message = fmt::format("template {} has no data yet", mould.name),
               .hint = "Sync its sources first."};
}

namespace {

Result<ChosenPoint> choose_bookmark(PlanContext& context, const Scene& scene,
                                    const FromBookmark& from) {
  CatalogUnit& catalog = context.catalog;
  const auto bookmark = TRY(find_bookmark(catalog, context.actor, scene.container, from.reference));
  std::string words = fmt::format("bookmark \"{}\"", bookmark.name);
  if (bookmark.container.empty()) {
    words += " of the template";
  } else if (bookmark.container != scene.container.id) {
    words += " of " + TRY(container_of(catalog, bookmark.container)).name;
  }
  return chosen(context, scene.mould, TRY(point_of(catalog, bookmark.point)), std::move(words));
}

Result<ChosenPoint> choose_time(PlanContext& context, const Scene& scene, const FromTime& from) {
  CatalogUnit& catalog = context.catalog;
  Branch branch = scene.branch;
  if (from.of_template) {
    branch = TRY(branch_of(catalog, scene.mould.master));
  } else if (!from.branch.empty()) {
    branch = TRY(find_branch(catalog, scene.container, from.branch));
  }
  const auto moment = TRY(find_moment(context, scene.mould, branch, from.at));
  if (!from.accept_earlier) TRY(check_not_much_earlier(context, moment, from.at));
  const std::string of =
      from.of_template ? "template " + scene.mould.name : "branch " + branch.name;
  auto found = TRY(chosen(context, scene.mould, moment.point,
                          fmt::format("{} as of {}", of, to_rfc3339(moment.at()))));
  found.parent.at = moment.at();
  found.replay = moment.replay;
  found.rewind = moment.rewind;
  return found;
}

Result<ChosenPoint> choose_point_itself(PlanContext& context, const Scene& scene,
                                        const FromPoint& from) {
  CatalogUnit& catalog = context.catalog;
  const auto point = TRY(catalog.points().find(from.point));
  const auto branch = point ? TRY(catalog.branches().find(point->branch)) : std::nullopt;
  const bool visible =
      branch && (branch->container == scene.container.id || branch->template_id == scene.mould.id);
  if (!visible) return no_such("point", from.point.str(), "The timeline shows them.");
  return chosen(context, scene.mould, *point,
                fmt::format("branch {} as of {}", branch->name, to_rfc3339(point->at)));
}

}  // namespace

Result<ChosenPoint> choose_point(PlanContext& context, const Scene& scene,
                                 const DataChoice& choice) {
  if (const auto* from = std::get_if<FromBookmark>(&choice)) {
    return choose_bookmark(context, scene, *from);
  }
  if (const auto* from = std::get_if<FromTime>(&choice)) return choose_time(context, scene, *from);
  if (const auto* from = std::get_if<FromPoint>(&choice)) {
    return choose_point_itself(context, scene, *from);
  }
  return choose_newest(context, scene.mould);
}

}  // namespace slip
