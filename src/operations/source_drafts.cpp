// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "operations/drafts.h"
#include "operations/template_volume.h"

namespace slip {
namespace {

// What a sync makes on the way, and lets go again when it is through.
struct Fetched {
  SnapshotId snapshot;  // the source's newest data
  VolumeId work;        // empty of instances
};

// Fetches all of it anew, or brings the last copy up to date.
Fetched add_fetch(Plan& plan, const SourceScene& scene) {
  const Source& source = scene.source;
  const std::string about = "source " + source.name;
  const VolumeId work = plan.add_work_volume(about);
  if (!source.snapshot.empty() && scene.upkeep == Upkeep::updated) {
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

// Keeps what was fetched, or the follower as it was, in the source's history, if it has one.
void add_source_point(const SourceScene& scene, const SnapshotId& snapshot,
                      const VolumeId& follower, Commit& commit) {
  if (!scene.keeps_points) return;
  commit.changes.push_back(AddSourcePoint{scene.source.id, snapshot, follower});
}

// What came since the follower's newest point can still be had when another has taken its place.
void add_last_point(Plan& plan, const SourceScene& scene, Commit& commit) {
  if (!scene.keeps_points) return;
  const Source& source = scene.source;
  plan.add(FindDataTime{source.volume});
  const SnapshotId last =
      plan.add_snapshot("source " + source.name + ", as far as it was followed");
  plan.add(TakeSnapshot{source.volume, last, AfterSnapshot::go_on});
  add_source_point(scene, last, source.volume, commit);
}

// A copy of what follows production that stands alone.
Fetched add_detached_copy(Plan& plan, const SourceScene& scene, const VolumeId& follower,
                          Commit& commit) {
  const Source& source = scene.source;
  const std::string about = "source " + source.name;
  const SnapshotId raw = plan.add_snapshot(about + ", following production");
  plan.add(TakeSnapshot{follower, raw, AfterSnapshot::go_on});
  add_source_point(scene, raw, follower, commit);
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
std::vector<VolumeId> add_to_templates(Drafting& drafting, Plan& plan, const SourceScene& scene,
                                       const SnapshotId& fetched, Commit& commit) {
  std::vector<VolumeId> used;
  for (const auto& [mould, master, sources] : scene.templates) {
    std::vector<Source> newest = sources;
    for (auto& source : newest) {
      if (source.id == scene.source.id) source.snapshot = fetched;
    }
    plan.lock(mould.id.str());
    auto [point, volume] =
        add_template_point(drafting, plan, master, mould.name, mould.newest().sources, newest);
    used.push_back(volume);
    commit.changes.push_back(AddPoint{std::move(point)});
  }
  return used;
}

Plan plan_for(Drafting& drafting, const Source& source, OperationKind kind, std::string words) {
  Plan plan(drafting, kind, std::move(words));
  plan.operation.source = source.id;
  plan.lock("source " + source.name);
  return plan;
}

// Adds the end of what gets newest data: `commit` has the changes that go before.
void add_arrival(Drafting& drafting, Plan& plan, const SourceScene& scene, const Fetched& fetched,
                 Commit commit, const std::optional<VolumeId>& former = std::nullopt) {
  commit.changes.push_back(RecordSync{scene.source.id, fetched.snapshot});
  const auto used = add_to_templates(drafting, plan, scene, fetched.snapshot, commit);
  plan.add(std::move(commit));
  if (former) {
    plan.add(StopInstances{*former, StopHow::in_order});
    plan.add(DropVolume{*former});
  }
  plan.add(DropVolume{fetched.work});
  for (const auto& volume : used) plan.add(DropVolume{volume});
}

enum class Seeding { if_needed, anew };

// Gets the newest data, and makes a new point of every template with it. `commit` may have the
// changes that go before.
void add_sync_steps(Drafting& drafting, Plan& plan, const SourceScene& scene, Seeding seeding,
                    Commit commit) {
  const Source& source = scene.source;
  if (scene.upkeep != Upkeep::followed) {
    const Fetched fetched = add_fetch(plan, scene);
    // One that is copied whole at each sync shares nothing with the one before.
    if (scene.upkeep == Upkeep::updated || scene.is_beside_a_follower()) {
      add_source_point(scene, fetched.snapshot, {}, commit);
    }
    add_arrival(drafting, plan, scene, fetched, std::move(commit));
  } else if (source.volume.empty() || seeding == Seeding::anew) {
    std::optional<VolumeId> former;
    if (!source.volume.empty()) {
      former = source.volume;
      add_last_point(plan, scene, commit);
    }
    const VolumeId follower = add_seed(plan, source, commit);
    const Fetched fetched = add_detached_copy(plan, scene, follower, commit);
    add_arrival(drafting, plan, scene, fetched, std::move(commit), former);
  } else {
    plan.add(CatchUp{source.config, source.volume});
    const Fetched fetched = add_detached_copy(plan, scene, source.volume, commit);
    add_arrival(drafting, plan, scene, fetched, std::move(commit));
  }
}

}  // namespace

Plan draft_link(Drafting& drafting, const SourceScene& scene) {
  const Source& source = scene.source;
  Plan plan = plan_for(drafting, source, OperationKind::link_source, "link source " + source.name);
  add_sync_steps(drafting, plan, scene, Seeding::if_needed, {{AddSource{source}}});
  return plan;
}

Plan draft_sync(Drafting& drafting, const SourceScene& scene) {
  const Source& source = scene.source;
  Plan plan = plan_for(drafting, source, OperationKind::sync_source, "sync source " + source.name);
  add_sync_steps(drafting, plan, scene, Seeding::if_needed, {});
  return plan;
}

Plan draft_reseed(Drafting& drafting, const SourceScene& scene) {
  const Source& source = scene.source;
  Plan plan = plan_for(drafting, source, OperationKind::reseed_source,
                       "seed source " + source.name + " anew");
  add_sync_steps(drafting, plan, scene, Seeding::anew, {});
  return plan;
}

Plan draft_reindex(Drafting& drafting, const SourceScene& scene,
                   const std::optional<SourceConfig>& config) {
  const Source& source = scene.source;
  Plan plan = plan_for(drafting, source, OperationKind::reindex_source,
                       "build indexes of source " + source.name + " again");
  Commit commit;
  if (config) commit.changes.push_back(SetSourceConfig{source.id, *config});
  const std::string about = "source " + source.name;
  const VolumeId work = plan.add_work_volume(about);
  plan.add(CloneSnapshot{source.snapshot, work});
  plan.add(SortAnew{config.value_or(source.config), work});
  const SnapshotId sorted = plan.add_snapshot(about);
  plan.add(TakeSnapshot{work, sorted, AfterSnapshot::go_on});
  add_arrival(drafting, plan, scene, {sorted, work}, std::move(commit));
  return plan;
}

Plan draft_new_url(Drafting& drafting, const Source& source, const SourceConfig& config) {
  Plan plan = plan_for(drafting, source, OperationKind::edit_source,
                       "change the url of source " + source.name);
  if (!source.volume.empty()) plan.add(StopInstances{source.volume, StopHow::in_order});
  plan.add(Commit{{SetSourceConfig{source.id, config}}});
  return plan;
}

Plan draft_source_point(Drafting& drafting, const Source& source) {
  Plan plan = plan_for(drafting, source, OperationKind::automatic_point,
                       "save a point of source " + source.name);
  plan.add(CatchUp{source.config, source.volume});
  const SnapshotId raw = plan.add_snapshot("source " + source.name + ", following production");
  plan.add(TakeSnapshot{source.volume, raw, AfterSnapshot::go_on});
  plan.add(Commit{{AddSourcePoint{source.id, raw, source.volume}}});
  return plan;
}

}  // namespace slip
