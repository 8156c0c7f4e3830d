// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "domain/name.h"
#include "domain/schedule.h"
#include "operations/lookup.h"
#include "operations/name_free.h"
#include "operations/template_volume.h"
#include "ports/kinds.h"

namespace slip {
namespace {

// What a sync makes on the way, and lets go again when it is through.
struct Fetched {
  SnapshotId snapshot;  // the source's newest data
  VolumeId work;        // empty of instances
};

// Fetches all of it anew, or brings the last copy up to date.
Fetched add_fetch(Plan& plan, const Adapter& adapter, const Source& source) {
  const std::string about = "source " + source.name;
  const VolumeId work = plan.add_work_volume(about);
  if (!source.snapshot.empty() && adapter.incremental(source.config)) {
    plan.add(CloneSnapshot{source.snapshot, work});
  } else {
    plan.add(CreateVolume{work});
  }
  plan.add(IngestSource{source.config, work});
  const SnapshotId fetched = plan.add_snapshot(about);
  plan.add(TakeSnapshot{work, fetched, AfterSnapshot::go_on});
  return {fetched, work};
}

// Begins to follow production on a volume of its own.
VolumeId add_seed(Plan& plan, const Source& source, Commit& commit) {
  Volume follower;
  follower.about = "source " + source.name + ", following production";
  follower.follows = source.id;
  const VolumeId volume = plan.add_branch_volume(std::move(follower));
  plan.add(CreateVolume{volume});
  plan.add(IngestSource{source.config, volume});
  commit.changes.push_back(SetFollower{source.id, volume});
  return volume;
}

// Keeps what was fetched, or the follower as it was, in the source's history. Where each would be a
// full copy there is none.
void add_source_point(const PlanContext& context, const Source& source, const SnapshotId& snapshot,
                      const VolumeId& follower, Commit& commit) {
  if (!context.world.storage.info().capabilities.cheap_clone) return;
  commit.changes.push_back(AddSourcePoint{source.id, snapshot, follower});
}

// What came since the follower's newest point can still be had when another has taken its place.
void add_last_point(const PlanContext& context, Plan& plan, const Source& source, Commit& commit) {
  if (!context.world.storage.info().capabilities.cheap_clone) return;
  plan.add(FindDataTime{source.volume});
  const SnapshotId last =
      plan.add_snapshot("source " + source.name + ", as far as it was followed");
  plan.add(TakeSnapshot{source.volume, last, AfterSnapshot::go_on});
  add_source_point(context, source, last, source.volume, commit);
}

// A template has the source together with one that follows production: its data of that time is
// wanted when that is brought back.
Result<bool> is_beside_a_follower(const PlanContext& context, const Source& source) {
  for (const auto& mould : TRY(context.catalog.templates().all(Trash::without))) {
    const auto& places = mould.newest().sources;
    if (std::ranges::find(places, source.id, &TemplateSource::source) == places.end()) continue;
    for (const auto& place : places) {
      const auto other = TRY(context.catalog.sources().find(place.source));
      if (other && !other->volume.empty()) return true;
    }
  }
  return false;
}

// A copy of what follows production that stands alone.
Fetched add_detached_copy(const PlanContext& context, Plan& plan, const Source& source,
                          const VolumeId& follower, Commit& commit) {
  const std::string about = "source " + source.name;
  const SnapshotId raw = plan.add_snapshot(about + ", following production");
  plan.add(TakeSnapshot{follower, raw, AfterSnapshot::go_on});
  add_source_point(context, source, raw, follower, commit);
  // Masking takes long, and production keeps the log that a new one goes on with for a while only.
  if (!source.volume.empty() && follower != source.volume) {
    plan.add(StartInstances{follower, StartWhat::databases});
  }
  const VolumeId work = plan.add_work_volume(about);
  plan.add(CloneSnapshot{raw, work});
  plan.add(Detach{source.config, work});
  const SnapshotId fetched = plan.add_snapshot(about);
  plan.add(TakeSnapshot{work, fetched, AfterSnapshot::go_on});
  return {fetched, work};
}

// Brings every template that has the source up to date with its newest data. Gives back the volumes
// it takes to do so.
Result<std::vector<VolumeId>> add_to_templates(PlanContext& context, Plan& plan,
                                               const Source& source, const SnapshotId& fetched,
                                               Commit& commit) {
  std::vector<VolumeId> used;
  for (const auto& mould : TRY(context.catalog.templates().all(Trash::without))) {
    ComposeVolume compose;
    bool concerned = false;
    for (const auto& place : mould.newest().sources) {
      const auto part = TRY(context.catalog.sources().find(place.source));
      const bool this_one = place.source == source.id;
      concerned = concerned || this_one;
      compose.parts.push_back({place.name, this_one ? fetched : part->snapshot});
    }
    if (!concerned) continue;
    const auto master = TRY(branch_of(context.catalog, mould.master));
    compose.volume = add_template_volume(context, plan, mould.name, mould.newest().sources);
    used.push_back(compose.volume);
    const Point point{.id = context.next_id<PointId>(),
                      .segment = master.segment,
                      .branch = master.id,
                      .kind = PointKind::synced,
                      .at = context.now,
                      .snapshot = plan.add_snapshot("template " + mould.name),
                      .baked = {},
                      .positions = {},
                      .operation = plan.operation.id};
    plan.lock(mould.id.str());
    plan.add(compose);
    add_mask_steps(plan, mould.newest().sources, compose.volume);
    plan.add(TakeSnapshot{compose.volume, point.snapshot, AfterSnapshot::go_on});
    commit.changes.push_back(AddPoint{point});
  }
  return used;
}

enum class Seeding { if_needed, anew };

// Gets the newest data, and makes a new point of every template with it. `commit` may have the
// changes that go before.
Result<> add_sync_steps(PlanContext& context, Plan& plan, const Source& source, Seeding seeding,
                        Commit commit) {
  Adapter* adapter = TRY(context.world.adapter(source.config.kind));
  TRY(in_context("source " + source.name, adapter->validate(source.config)));
  plan.operation.source = source.id;
  plan.lock("source " + source.name);
  Fetched fetched;
  std::optional<VolumeId> former;
  if (!follows(*adapter, source.config)) {
    fetched = add_fetch(plan, *adapter, source);
    // One that is copied whole at each sync shares nothing with the one before.
    if (adapter->incremental(source.config) || TRY(is_beside_a_follower(context, source))) {
      add_source_point(context, source, fetched.snapshot, {}, commit);
    }
  } else if (source.volume.empty() || seeding == Seeding::anew) {
    if (!source.volume.empty()) {
      former = source.volume;
      add_last_point(context, plan, source, commit);
    }
    const VolumeId follower = add_seed(plan, source, commit);
    fetched = add_detached_copy(context, plan, source, follower, commit);
  } else {
    plan.add(CatchUp{source.config, source.volume});
    fetched = add_detached_copy(context, plan, source, source.volume, commit);
  }
  commit.changes.push_back(RecordSync{source.id, fetched.snapshot});
  const auto used = TRY(add_to_templates(context, plan, source, fetched.snapshot, commit));
  plan.add(std::move(commit));
  if (former) {
    plan.add(StopInstances{*former, StopHow::in_order});
    plan.add(DropVolume{*former});
  }
  plan.add(DropVolume{fetched.work});
  for (const auto& volume : used) plan.add(DropVolume{volume});
  return {};
}

}  // namespace

namespace {

// As it is shown; nobody's password is that.
Result<> check_not_masked(const SourceConfig& config) {
  const auto url = config.setting("url");
  if (!url || url->find(":***@") == std::string::npos) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the url has \"***\" in place of its password",
               .hint = "Give it with the password."};
}

}  // namespace

// Link: names a source and fetches its data for the first time.
Result<Plan> plan(PlanContext& context, const LinkSource& request) {
  TRY(must_be_admin(context.actor));
  const auto name = TRY(accept_name("source name", request.name));
  if (!request.schedule.empty()) TRY(parse_schedule(request.schedule));
  TRY(check_name_free("source", TRY(context.catalog.sources().all(Trash::without)), name,
                      SourceId(), "Sync it, or choose another name."));
  TRY(in_context("source " + name,
                 TRY(context.world.adapter(request.config.kind))->validate(request.config)));
  SourceConfig config = request.config;
  TRY(check_not_masked(config));
  context.secrets->seal(config);
  const Source source{.id = context.next_id<SourceId>(),
                      .name = name,
                      .config = std::move(config),
                      .snapshot = {},
                      .position = {},
                      .synced_at = {},
                      .created_at = context.now,
                      .deleted_at = {},
                      .schedule = request.schedule};
  Plan plan(context, OperationKind::link_source, "link source " + source.name);
  TRY(add_sync_steps(context, plan, source, Seeding::if_needed, {{AddSource{source}}}));
  return plan;
}

// Sync: fetches the newest data, and makes a new point on the timeline of every template with it.
Result<Plan> plan(PlanContext& context, const SyncSource& request) {
  TRY(must_be_admin(context.actor));
  const auto source = TRY(find_source(context.catalog, request.source));
  Plan plan(context, OperationKind::sync_source, "sync source " + source.name);
  TRY(add_sync_steps(context, plan, source, Seeding::if_needed, {}));
  return plan;
}

// Seed anew: a source that follows production begins again, beside the data there is.
Result<Plan> plan(PlanContext& context, const ReseedSource& request) {
  TRY(must_be_admin(context.actor));
  const auto source = TRY(find_source(context.catalog, request.source));
  if (!follows(*TRY(context.world.adapter(source.config.kind)), source.config)) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("source {} does not follow production", source.name),
                 .hint = "Sync it: that fetches its newest data."};
  }
  Plan plan(context, OperationKind::reseed_source, "seed source " + source.name + " anew");
  TRY(add_sync_steps(context, plan, source, Seeding::anew, {}));
  return plan;
}

// Reindex: of its newest data, and with that of every template that has it.
Result<Plan> plan(PlanContext& context, const ReindexSource& request) {
  TRY(must_be_admin(context.actor));
  const auto source = TRY(find_source(context.catalog, request.source));
  const Adapter* adapter = TRY(context.world.adapter(source.config.kind));
  TRY(text_order_of(*adapter));
  if (source.snapshot.empty()) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "source " + source.name + " has no data yet",
                 .hint = "Sync it first."};
  }
  Plan plan(context, OperationKind::reindex_source,
            "build indexes of source " + source.name + " again");
  plan.operation.source = source.id;
  plan.lock("source " + source.name);
  Commit commit;
  SourceConfig config = source.config;
  if (request.at_each_sync) {
    config.settings["reindex"] = "automatic";
    TRY(in_context("source " + source.name, adapter->validate(config)));
    commit.changes.push_back(SetSourceConfig{source.id, config});
  }
  const std::string about = "source " + source.name;
  const VolumeId work = plan.add_work_volume(about);
  plan.add(CloneSnapshot{source.snapshot, work});
  plan.add(SortAnew{config, work});
  const SnapshotId sorted = plan.add_snapshot(about);
  plan.add(TakeSnapshot{work, sorted, AfterSnapshot::go_on});
  commit.changes.push_back(RecordSync{source.id, sorted});
  const auto used = TRY(add_to_templates(context, plan, source, sorted, commit));
  plan.add(std::move(commit));
  plan.add(DropVolume{work});
  for (const auto& volume : used) plan.add(DropVolume{volume});
  return plan;
}

namespace {

// What its path names: "shop" of "scheme://user@host/shop?option=value".
std::string database_in(const std::string& url) {
  const auto host = url.find("//");
  const auto path = host == std::string::npos ? host : url.find('/', host + 2);
  if (path == std::string::npos) return "";
  return url.substr(path + 1, url.find('?', path) - path - 1);
}

}  // namespace

// Another address: what follows production is stopped, and the keeper starts it with the new one.
Result<Plan> plan(PlanContext& context, const ChangeUrl& request) {
  TRY(must_be_admin(context.actor));
  const auto source = TRY(find_source(context.catalog, request.source));
  SourceConfig config = source.config;
  if (!config.setting("url")) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("source {} does not come from a url", source.name),
                 .hint = "Link another one, and make a version of the template with it."};
  }
  // The follower would go on with the rows of another, beside those that it has.
  if (database_in(request.url) != database_in(*config.setting("url"))) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the url leads to another database than that of source " + source.name,
                 .hint = "Link that as a source of its own."};
  }
  config.settings["url"] = request.url;
  config.secrets.erase("url");
  TRY(check_not_masked(config));
  TRY(in_context("source " + source.name,
                 TRY(context.world.adapter(config.kind))->validate(config)));
  context.secrets->seal(config);
  Plan plan(context, OperationKind::edit_source, "change the url of source " + source.name);
  plan.operation.source = source.id;
  plan.lock("source " + source.name);
  if (!source.volume.empty()) plan.add(StopInstances{source.volume, StopHow::in_order});
  plan.add(Commit{{SetSourceConfig{source.id, config}}});
  return plan;
}

// A point of the source's history, as an automatic one of a branch: of what follows production.
Result<Plan> plan(PlanContext& context, const TakeSourcePoint& request) {
  const auto source = TRY(context.catalog.sources().find(request.source));
  if (!source || source->deleted_at || source->volume.empty()) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "source " + request.source.str() + " does not follow production"};
  }
  Plan plan(context, OperationKind::automatic_point, "save a point of source " + source->name);
  plan.operation.source = source->id;
  plan.lock("source " + source->name);
  plan.add(CatchUp{source->config, source->volume});
  const SnapshotId raw = plan.add_snapshot("source " + source->name + ", following production");
  plan.add(TakeSnapshot{source->volume, raw, AfterSnapshot::go_on});
  plan.add(Commit{{AddSourcePoint{source->id, raw, source->volume}}});
  return plan;
}

}  // namespace slip
