#include <fmt/format.h>

#include "domain/name.h"
#include "operations/lookup.h"
#include "operations/template_volume.h"

namespace slip {
namespace {

// Fetches the newest data into a volume of its own, and brings every template that has the source
// up to date with it.
Result<> add_sync_steps(PlanContext& context, Plan& plan, const Source& source, Commit& commit) {
  Adapter* adapter = TRY(context.world.adapter(source.config.kind));
  TRY(in_context("source " + source.name, adapter->validate(source.config)));
  const VolumeId work = plan.add_work_volume("source " + source.name);
  if (!source.snapshot.empty() && adapter->incremental(source.config)) {
    plan.add(CloneSnapshot{source.snapshot, work});
  } else {
    plan.add(CreateVolume{work});
  }
  plan.add(IngestSource{source.config, work});
  const SnapshotId fetched = plan.add_snapshot("source " + source.name);
  plan.add(TakeSnapshot{work, fetched, AfterSnapshot::go_on});
  commit.changes.push_back(RecordSync{source.id, fetched});

  std::vector<VolumeId> used{work};
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
  plan.add(commit);
  for (const auto& volume : used) plan.add(DropVolume{volume});
  return {};
}

}  // namespace

// Link: names a source and fetches its data for the first time.
Result<Plan> plan(PlanContext& context, const LinkSource& request) {
  TRY(must_be_admin(context.actor));
  TRY(check_name("source name", request.name));
  if (TRY(context.catalog.sources().find_named(request.name))) {
    return Error{.code = ErrorCode::already_exists,
                 .message = fmt::format("a source called \"{}\" exists already", request.name),
                 .hint = "Sync it, or choose another name."};
  }
  const Source source{.id = context.next_id<SourceId>(),
                      .name = request.name,
                      .config = request.config,
                      .snapshot = {},
                      .position = {},
                      .synced_at = {},
                      .created_at = context.now,
                      .deleted_at = {}};
  Plan plan(context, OperationKind::link_source, "link source " + source.name);
  plan.operation.source = source.id;
  plan.lock("source " + source.name);
  Commit commit{{AddSource{source}}};
  TRY(add_sync_steps(context, plan, source, commit));
  return plan;
}

// Sync: fetches the newest data, and makes a new point on the timeline of every template with it.
Result<Plan> plan(PlanContext& context, const SyncSource& request) {
  TRY(must_be_admin(context.actor));
  const auto source = TRY(find_source(context.catalog, request.source));
  Plan plan(context, OperationKind::sync_source, "sync source " + source.name);
  plan.operation.source = source.id;
  plan.lock("source " + source.name);
  Commit commit;
  TRY(add_sync_steps(context, plan, source, commit));
  return plan;
}

}  // namespace slip
