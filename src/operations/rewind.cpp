// SPDX-License-Identifier: Apache-2.0
#include "operations/rewind.h"

#include <fmt/format.h>

#include <algorithm>

#include "operations/template_volume.h"

namespace slip {
namespace {

// How far apart the moments are that all the sources with a log can go to.
Result<Duration> common_grain(PlanContext& context, const TemplateVersion& version) {
  Duration grain(1);
  for (const auto& place : version.sources) {
    const auto source = TRY(context.catalog.sources().find(place.source));
    if (!source) continue;
    const Adapter* adapter = TRY(context.world.adapter(source->config.kind));
    if (const auto* log = adapter->log_replay()) grain = std::max(grain, log->log_grain());
  }
  return grain;
}

Timestamp cut_to(Timestamp at, Duration grain) {
  return Timestamp{at.ms - at.ms % grain.count()};
}

// The sources of that time, with what the template's newest version says of those that it still
// has: what is masked today was not meant to be seen then either.
std::vector<TemplateSource> places_of(const Rewind& rewind) {
  auto places = rewind.mould.version(rewind.segment.template_version).sources;
  for (auto& place : places) {
    for (const auto& newest : rewind.mould.newest().sources) {
      if (newest.name == place.name && newest.source == place.source) place = newest;
    }
  }
  return places;
}

// The follower as it is now becomes a point of the source's history: its log is that of the past.
SnapshotId add_later(Plan& plan, const RewoundSource& one, Timestamp until, Commit& commit) {
  const Source& source = one.source;
  const std::string lock = "source " + source.name;
  plan.lock(lock);
  plan.add(CatchUp{source.config, source.volume, until});
  const SnapshotId later = plan.add_snapshot("source " + source.name + ", following production");
  plan.add(TakeSnapshot{source.volume, later, AfterSnapshot::go_on});
  plan.free_after_last(lock);
  commit.changes.push_back(AddSourcePoint{source.id, later, source.volume});
  return later;
}

// The source's data of that time, as a copy that stands alone.
SnapshotId add_past_data(Plan& plan, const RewoundSource& one, const Rewind& rewind,
                         Commit& commit) {
  const Timestamp until = rewind.until;
  const auto& [place, source, past, grain] = one;
  if (past.base.follower.empty()) return past.base.snapshot;
  SnapshotId later = past.later;
  if (past.replays && later.empty()) later = add_later(plan, one, until, commit);
  Volume volume;
  volume.about = fmt::format("source {} as of {}", source.name,
                             to_rfc3339(past.replays ? until : past.base.at));
  volume.follows = source.id;
  const VolumeId work = plan.add_branch_volume(volume);
  plan.add(CloneSnapshot{past.base.snapshot, work});
  if (past.replays) {
    // As in Instances::replay: beside a coarser log, all from before `until`.
    const Duration less(grain < rewind.grain ? 1 : 0);
    const Timestamp there = by_production_clock(source, past.base, until) - less;
    plan.add(ReplayLog{work, later, cut_to(there, grain)});
  }
  plan.add(Detach{source.config, work});
  const SnapshotId data = plan.add_snapshot(volume.about);
  plan.add(TakeSnapshot{work, data, AfterSnapshot::go_on});
  return data;
}

}  // namespace

Result<std::optional<Rewind>> find_rewind(PlanContext& context, const Template& mould,
                                          const Segment& segment, const Point& before,
                                          Timestamp at) {
  const TemplateVersion& version = mould.version(segment.template_version);
  const Duration grain = TRY(common_grain(context, version));
  Rewind rewind{.mould = mould,
                .segment = segment,
                .before = before,
                .sources = {},
                .grain = grain,
                .until = cut_to(at, grain)};
  bool any = false;
  for (const auto& place : version.sources) {
    const auto source = TRY(context.catalog.sources().find(place.source));
    if (!source || source->deleted_at) return std::optional<Rewind>();
    const Adapter* adapter = TRY(context.world.adapter(source->config.kind));
    const auto* log = adapter->log_replay();
    const auto kept = log != nullptr ? std::optional(context.world.settings.retention.logs)
                                     : std::optional<Duration>();
    const auto past = past_data(*source, rewind.until, kept, context.now);
    if (!past) return std::optional<Rewind>();
    // All that follow go to the same time, or none does.
    if (!past->base.follower.empty() && !past->replays) return std::optional<Rewind>();
    any = any || past->replays;
    rewind.sources.push_back(
        {place.name, *source, *past, log != nullptr ? log->log_grain() : Duration(1)});
  }
  // The point before is as near.
  if (!any || before.at >= rewind.until) return std::optional<Rewind>();
  return std::optional(std::move(rewind));
}

Timestamp time_of(const Rewind& rewind, const RewoundSource& one) {
  return one.past.replays ? rewind.until : one.past.base.at;
}

Point add_rewind(Drafting& drafting, Plan& plan, const Rewind& rewind, PointKind kind,
                 Commit& commit) {
  const auto places = places_of(rewind);
  Point point{.id = drafting.next_id<PointId>(),
              .segment = rewind.segment.id,
              .branch = rewind.mould.master,
              .kind = kind,
              .at = rewind.until,
              .snapshot = {},
              .baked = {},
              .positions = {},
              .operation = plan.operation.id,
              .taken_by = {},
              .replayed_from = rewind.before.id};
  // A mask that is added meanwhile would be missing. The sources' snapshots are nobody's to destroy
  // as long as a step names them.
  plan.share(rewind.mould.id.str());
  ComposeVolume compose;
  for (const auto& one : rewind.sources) {
    compose.parts.push_back({one.place, add_past_data(plan, one, rewind, commit)});
    point.positions[one.place] = DataPosition{.at = time_of(rewind, one), .position = ""};
  }
  compose.volume = add_template_volume(drafting, plan, rewind.mould.name, places);
  point.snapshot = plan.add_snapshot(
      fmt::format("template {} as of {}", rewind.mould.name, to_rfc3339(rewind.until)));
  plan.add(compose);
  add_mask_steps(plan, places, compose.volume);
  plan.add(TakeSnapshot{compose.volume, point.snapshot, AfterSnapshot::go_on});
  commit.changes.push_back(AddPoint{point});
  return point;
}

}  // namespace slip
