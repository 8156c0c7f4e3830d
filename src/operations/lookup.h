// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "domain/scene.h"
#include "operations/moment.h"
#include "operations/planning.h"

namespace slip {

// From the names and ids that people give to what they mean. Each fails with `not_found`, naming
// what there is instead, and never finds what is in the trash.

// Checks the actor's right too.
Result<Container> find_container(CatalogUnit& catalog, const Actor& actor, Right right,
                                 std::string_view name_or_id);
Result<Template> find_template(CatalogUnit& catalog, std::string_view name_or_id);
Result<Source> find_source(CatalogUnit& catalog, std::string_view name_or_id);
Result<Branch> find_branch(CatalogUnit& catalog, const Container& container,
                           std::string_view name_or_id);
// The active one where no name is given.
Result<Branch> find_branch_or_active(CatalogUnit& catalog, const Container& container,
                                     std::string_view name_or_id);
Result<User> find_user_named(CatalogUnit& catalog, std::string_view name_or_id);

// A bookmark of the container's own, of its template, or one shared with the actor, by its name, by
// "container/name", or by id. Own names go before others.
Result<Bookmark> find_bookmark(CatalogUnit& catalog, const Actor& actor, const Container& container,
                               std::string_view reference);

// Any bookmark by its id, if the actor may see it: one of a container of his, or shared with him.
// Else `permission_denied`, saying whom to ask; `not_found` if there is none, or it is in the
// trash.
Result<Bookmark> find_shown_bookmark(CatalogUnit& catalog, const Actor& actor,
                                     const BookmarkId& id);

// What must exist because something else in the catalog names it; else `internal`.
Result<Branch> branch_of(CatalogUnit& catalog, const BranchId& id);
Result<Segment> segment_of(CatalogUnit& catalog, const SegmentId& id);
Result<Point> point_of(CatalogUnit& catalog, const PointId& id);
Result<Template> template_of(CatalogUnit& catalog, const TemplateId& id);
Result<Container> container_of(CatalogUnit& catalog, const ContainerId& id);
Result<Volume> volume_of(CatalogUnit& catalog, const VolumeId& id);
Result<Source> source_of(CatalogUnit& catalog, const SourceId& id);

// What runs on the volume; no sources: nothing does.
Result<TemplateVersion> version_on(CatalogUnit& catalog, const Volume& volume);

// The point a request means, and what to call it.
struct ChosenPoint {
  Point point;
  Segment segment;  // the point's own
  Branch branch;    // the point's own: of a container, or a template's
  DataParent parent;
  std::optional<Replay> replay = {};  // from the point on, to a time that no point is of
  std::optional<Rewind> rewind = {};  // instead, of the template
};
// For the scene's branch; a time that names no branch is of that one. `choice` is not FromNow.
// Fails with `not_found`, `out_of_range`, or `precondition_failed` when the point has other sources
// than the container's template.
Result<ChosenPoint> choose_point(PlanContext& context, const Scene& scene,
                                 const DataChoice& choice);
// The newest data of the template. Fails with `precondition_failed` when it has none.
Result<ChosenPoint> choose_newest(PlanContext& context, const Template& mould);
// The same for a point already known, and a container of that template.
Result<ChosenPoint> chosen(PlanContext& context, const Template& ours, const Point& point,
                           std::string words);

}  // namespace slip
