// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/copy_data.h"
#include "operations/edits/owned_bookmark.h"
#include "operations/replace_data.h"

namespace slip {
namespace {

Result<> check_expiry(const Bookmark& bookmark, Timestamp now) {
  if (!bookmark.expires_at || *bookmark.expires_at > now) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("the bookmark would expire at {}, which is past",
                                      to_rfc3339(*bookmark.expires_at))};
}

Plan plan_for_bookmark(Drafting& drafting, const Scene& scene, const Bookmark& bookmark) {
  const Container& container = scene.container;
  Plan plan(
      drafting, OperationKind::bookmark,
      fmt::format("bookmark {} as \"{}\"", words_for(container, scene.branch), bookmark.name));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = scene.branch.id;
  return plan;
}

// Bookmark at a time: names the point of it, or replays a copy up to it, beside everything.
Plan draft_bookmark_at(Drafting& drafting, const Scene& scene, const Moment& moment,
                       Bookmark bookmark) {
  const Container& container = scene.container;
  Plan plan = plan_for_bookmark(drafting, scene, bookmark);
  Commit commit;
  if (moment.replay) {
    const VolumeId work = plan.add_branch_volume(
        branch_volume(container, scene.branch.id, moment.replay->segment.template_version,
                      "work on a bookmark of " + container.name));
    const Point point =
        add_replay(drafting, plan, *moment.replay, PointKind::bookmark, work, commit);
    plan.add(TakeSnapshot{work, point.snapshot, AfterSnapshot::go_on});
    bookmark.point = point.id;
    bookmark.at = point.at;
  } else {
    bookmark.point = moment.point.id;
    bookmark.at = moment.point.at;
  }
  plan.operation.point = bookmark.point;
  plan.operation.words += fmt::format(", of {}", to_rfc3339(bookmark.at));
  commit.changes.push_back(AddBookmark{bookmark});
  plan.add(std::move(commit));
  for (const auto& work : plan.volumes) {
    plan.add(StopInstances{work.id, StopHow::at_once});
    plan.add(DropVolume{work.id});
  }
  return plan;
}

// The template's newest point, or what there is of the time.
Result<Moment> moment_to_bookmark(PlanContext& context, const Template& mould,
                                  const CreateTemplateBookmark& request) {
  CatalogUnit& catalog = context.catalog;
  if (request.at) {
    auto moment =
        TRY(find_moment(context, mould, TRY(branch_of(catalog, mould.master)), *request.at));
    if (!request.accept_earlier) TRY(check_not_much_earlier(context, moment, *request.at));
    return moment;
  }
  const auto newest = TRY(catalog.points().newest(mould.master));
  if (newest) return Moment{.point = *newest};
  return Error{.code = ErrorCode::precondition_failed,
               .message = fmt::format("template {} has no data yet", mould.name),
               .hint = "Sync its sources first."};
}

}  // namespace

Plan draft_bookmark(Drafting& drafting, const Scene& scene, Bookmark bookmark,
                    std::optional<BookmarkManner> manner) {
  const auto& [container, mould, branch, segment, volume, on] = scene;
  Plan plan = plan_for_bookmark(drafting, scene, bookmark);
  Point point{.id = drafting.next_id<PointId>(),
              .segment = branch.segment,
              .branch = branch.id,
              .kind = PointKind::bookmark,
              .at = drafting.now,
              .snapshot = plan.add_snapshot(
                  fmt::format("bookmark \"{}\" of {}", bookmark.name, container.name)),
              .baked = {},
              .positions = {},
              .operation = plan.operation.id};
  bookmark.point = point.id;
  plan.operation.point = point.id;
  // What is stopped has no hooks to run, and is exact as it lies there.
  const bool runs = scene.runs();
  const auto usual = on.bookmarks.value_or(BookmarkManner::running);
  const bool is_stopped_for_it = runs && manner.value_or(usual) == BookmarkManner::exact;
  if (runs) plan.add_hooks(on, volume.id, HookMoment::pre_snapshot);
  if (is_stopped_for_it) {
    const auto ports = ports_to(container, branch);
    plan.add(WriteOut{volume.id});
    plan.add(HoldEndpoints{container.id, ports});
    plan.add(TakeSnapshot{volume.id, point.snapshot, AfterSnapshot::start_again});
    plan.add(ReleaseEndpoints{container.id, ports});
  } else {
    plan.add(TakeSnapshot{volume.id, point.snapshot, AfterSnapshot::go_on});
  }
  if (runs) plan.add_hooks(on, volume.id, HookMoment::post_snapshot);
  plan.add(Commit{{AddPoint{point}, AddBookmark{bookmark}}});
  return plan;
}

// Bookmark now: flush, snapshot at one instant, name it; databases stay up, no connection is cut.
Result<Plan> plan(PlanContext& context, const CreateBookmark& request) {
  CatalogUnit& catalog = context.catalog;
  const auto container =
      TRY(find_container(catalog, context.actor, Right::operate, request.container));
  Bookmark bookmark{.id = context.next_id<BookmarkId>(),
                    .point = {},
                    .container = container.id,
                    .template_id = container.template_id,
                    .creator = context.actor.user,
                    .creator_name = context.actor.name,
                    .name = request.name,
                    .note = request.note,
                    .tags = request.tags,
                    .audience = request.audience,
                    .shared_with = request.shared_with,
                    .at = context.now,
                    .created_at = context.now,
                    .expires_at = request.expires_at,
                    .deleted_at = {}};
  bookmark = TRY(accept_bookmark(std::move(bookmark)));
  TRY(check_expiry(bookmark, context.now));
  // The name must be free before the snapshot is taken, not only when it is recorded.
  TRY(check_bookmark_name_free(catalog, bookmark));

  const std::string& asked = request.at ? request.at->branch : request.branch;
  if (request.at && request.at->of_template) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the template's data has bookmarks of its own",
                 .hint = "An administrator makes one: slip template bookmark."};
  }
  if (request.at && request.manner == BookmarkManner::exact) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "only a bookmark of now can be made exact",
                 .hint = "Leave out the time, or what says exact."};
  }
  const auto scene =
      TRY(scene_of(catalog, container, TRY(find_branch_or_active(catalog, container, asked))));
  if (!request.at) return draft_bookmark(context, scene, std::move(bookmark), request.manner);
  const auto moment = TRY(find_moment(context, scene.mould, scene.branch, request.at->at));
  if (!request.at->accept_earlier) TRY(check_not_much_earlier(context, moment, request.at->at));
  return draft_bookmark_at(context, scene, moment, std::move(bookmark));
}

// A template's bookmark names its newest point, or that of a time; every container of the template
// sees it.
Result<Plan> plan(PlanContext& context, const CreateTemplateBookmark& request) {
  TRY(must_be_admin(context.actor));
  CatalogUnit& catalog = context.catalog;
  const auto mould = TRY(find_template(catalog, request.tmpl));
  const auto named = TRY(moment_to_bookmark(context, mould, request));
  Bookmark bookmark{.id = context.next_id<BookmarkId>(),
                    .point = named.point.id,
                    .container = {},
                    .template_id = mould.id,
                    .creator = context.actor.user,
                    .creator_name = context.actor.name,
                    .name = request.name,
                    .note = request.note,
                    .tags = request.tags,
                    .audience = Audience::everyone,
                    .shared_with = {},
                    .at = named.at(),
                    .created_at = context.now,
                    .expires_at = {},
                    .deleted_at = {}};
  bookmark = TRY(accept_bookmark(std::move(bookmark)));
  TRY(check_bookmark_name_free(catalog, bookmark));
  Plan plan(context, OperationKind::bookmark,
            fmt::format("bookmark template {} as \"{}\"", mould.name, bookmark.name));
  plan.lock(mould.id.str());
  plan.operation.template_id = mould.id;
  Commit commit;
  if (named.rewind) {
    bookmark.point = add_rewind(context, plan, *named.rewind, PointKind::bookmark, commit).id;
  }
  if (request.at) plan.operation.words += fmt::format(", of {}", to_rfc3339(bookmark.at));
  plan.operation.point = bookmark.point;
  commit.changes.push_back(AddBookmark{bookmark});
  plan.add(std::move(commit));
  return plan;
}

}  // namespace slip
