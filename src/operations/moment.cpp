// SPDX-License-Identifier: Apache-2.0
#include "operations/moment.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/timeline.h"
#include "operations/lookup.h"

namespace slip {
namespace {

// A log file is deleted some time after it may be; until then it must not be counted on.
constexpr auto log_slack = std::chrono::minutes(1);

// Nothing: the source is gone.
Result<const Adapter*> adapter_of(PlanContext& context, const TemplateSource& place) {
  const auto source = TRY(context.catalog.sources().find(place.source));
  if (!source) return nullptr;
  return TRY(context.world.adapter(source->config.kind));
}

// How far apart the moments are that the databases can go to. All go to the same one, or none does:
// one that has no log would be left behind. Nothing: none does.
Result<std::optional<Duration>> log_grain(PlanContext& context, const TemplateVersion& version) {
  std::optional<Duration> grain;
  for (const auto& place : version.sources) {
    const Adapter* adapter = TRY(adapter_of(context, place));
    if (adapter == nullptr) continue;
    if (const auto* log = adapter->log_replay()) {
      grain = std::max(grain.value_or(Duration(1)), log->log_grain());
    } else if (adapter->info().recovers) {
      return std::optional<Duration>();
    }
  }
  return grain;
}

// What the data of a point of any branch is of; `mould` may be its template.
Result<TemplateVersion> version_at(CatalogUnit& catalog, const Template& mould,
                                   const Point& point) {
  const auto branch = TRY(branch_of(catalog, point.branch));
  const auto segment = TRY(segment_of(catalog, point.segment));
  auto owner = branch.template_id;
  if (owner.empty()) owner = TRY(container_of(catalog, branch.container)).template_id;
  if (owner == mould.id) return mould.version(segment.template_version);
  return TRY(template_of(catalog, owner)).version(segment.template_version);
}

// What the segment began with, if its data is still there.
Result<std::optional<Moment>> beginning_of(PlanContext& context, const Template& mould,
                                           const Segment& segment) {
  if (!segment.parent) return std::optional<Moment>();
  const auto parent = TRY(context.catalog.points().find(segment.parent->point));
  if (!parent || !parent->reachable()) return std::optional<Moment>();
  return std::optional(
      Moment{.point = *parent, .version = TRY(version_at(context.catalog, mould, *parent))});
}

Result<bool> is_kept(CatalogUnit& catalog, const std::optional<SnapshotId>& id) {
  if (!id || id->empty()) return false;
  const auto snapshot = TRY(catalog.snapshots().find(*id));
  return snapshot && snapshot->state == StorageState::live;
}

// The points around a time on a segment.
struct Around {
  std::optional<Point> before;      // the newest at or before it
  std::optional<Point> log_before;  // the newest that its log can be replayed from to that time
  std::optional<Point> log_after;   // the oldest at or after it that has the log up to then
};

Around around(const std::vector<Point>& points, Timestamp at) {
  Around found;
  for (const auto& point : points) {
    if (point.at <= at) found.before = point;
    if (point.replayed_from) continue;
    if (point.taken_by && *point.taken_by <= at) found.log_before = point;
    if (point.at >= at && !found.log_after) found.log_after = point;
  }
  return found;
}

// Nothing where the log does not lead there.
Result<std::optional<Replay>> find_replay(PlanContext& context, const Branch& branch,
                                          const Segment& segment, const Around& around,
                                          Timestamp at) {
  Replay replay{
      .branch = branch, .segment = segment, .from = {}, .base = {}, .later = {}, .until = at};
  Timestamp from = segment.began_at;
  if (around.log_before) {
    from = around.log_before->at;
    replay.from = around.log_before->id;
    replay.base = around.log_before->snapshot;
  } else if (segment.parent && TRY(is_kept(context.catalog, segment.base))) {
    replay.from = segment.parent->point;
    replay.base = *segment.base;
  } else {
    return std::optional<Replay>();
  }
  Timestamp reached = context.now;
  if (around.log_after) {
    // Taken while the machine's clock, by which the log was written, was behind.
    if (!around.log_after->taken_by) return std::optional<Replay>();
    reached = around.log_after->at;
    replay.later = around.log_after->snapshot;
  } else if (branch.segment != segment.id || branch.volume.empty() ||
             context.world.clock.is_ahead()) {
    return std::optional<Replay>();
  }
  const Duration kept = context.world.settings.retention.logs - log_slack;
  return reached - from < kept ? std::optional(replay) : std::nullopt;
}

}  // namespace

Result<Moment> find_moment(PlanContext& context, const Template& mould, const Branch& branch,
                           Timestamp at) {
  CatalogUnit& catalog = context.catalog;
  const auto segments = TRY(catalog.segments().of_branch(branch.id));
  if (segments.empty() || at < segments.front().began_at || at > context.now) {
    return time_out_of_range(
        at, segments.empty() ? std::nullopt : std::optional(segments.front().began_at),
        context.now);
  }
  auto found = std::prev(std::ranges::upper_bound(segments, at, {}, &Segment::began_at));
  auto all = TRY(catalog.points().of_segment(found->id));
  // A new version of a template counts from its first point on, which takes a while to be made.
  while (!branch.template_id.empty() && found != segments.begin() && !around(all, at).before) {
    --found;
    all = TRY(catalog.points().of_segment(found->id));
  }
  const Segment& segment = *found;
  const TemplateVersion& version = mould.version(segment.template_version);
  const Around points = around(all, at);
  const bool is_there = points.before ? points.before->at == at : segment.began_at == at;
  if (!branch.template_id.empty() && points.before && !is_there) {
    auto rewind = TRY(find_rewind(context, mould, segment, *points.before, at));
    if (rewind) {
      return Moment{.point = *points.before, .rewind = std::move(rewind), .version = version};
    }
  }
  std::optional<Replay> replay;
  // A template's points are made of its sources' snapshots.
  const auto grain = branch.container.empty() ? std::nullopt : TRY(log_grain(context, version));
  if (grain && !is_there) {
    const Timestamp until{at.ms - at.ms % grain->count()};
    replay = TRY(find_replay(context, branch, segment, around(all, until), until));
    // The point before is nearer.
    if (replay && points.before && points.before->at >= until) replay.reset();
  }
  if (replay) {
    Moment moment{
        .point = TRY(point_of(catalog, replay->from)), .replay = replay, .version = version};
    for (const auto& one : TRY(source_moments(context, moment))) {
      moment.replay->positions[one.source] =
          DataPosition{.at = one.at, .position = "", .lacks = one.lacks};
    }
    return moment;
  }
  if (points.before) return Moment{.point = *points.before, .version = version};
  if (auto beginning = TRY(beginning_of(context, mould, segment))) return *std::move(beginning);
  const auto range = TRY(catalog.points().range(branch.id));
  return time_out_of_range(at, range.first, range.last);
}

Result<> check_not_much_earlier(PlanContext& context, const Moment& moment, Timestamp asked) {
  const auto& limit = moment.version.ask_beyond_s;
  if (!limit) return {};
  for (const auto& one : TRY(source_moments(context, moment))) {
    if (one.at + std::chrono::seconds(*limit) >= asked) continue;
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("the data of {} would be of {}, which is more than {} "
                                        "seconds before {}",
                                        one.source, to_rfc3339(one.at), *limit, to_rfc3339(asked)),
                 .hint = "Say that you accept it (--accept-earlier), or choose another time."};
  }
  return {};
}

namespace {

using KnownLacks = std::optional<std::vector<std::string>>;

// A database that leaves everything when it ends cleanly loses some of that in a recovery; what,
// is told by the points that were taken while it ran.
constexpr const char* kWhatNoLogHas =
    "what the database does not log, such as the rows of unlogged tables";

KnownLacks lacking_in(const Point& point, const std::string& source) {
  const auto known = point.positions.find(source);
  return known == point.positions.end() ? KnownLacks() : known->second.lacks;
}

// The point whose log is replayed; nothing where that is to be taken yet.
Result<std::optional<Point>> later_point(CatalogUnit& catalog, const Replay& replay) {
  if (replay.later.empty()) return std::optional<Point>();
  for (auto& point : TRY(catalog.points().of_segment(replay.segment.id))) {
    if (point.snapshot == replay.later) return std::optional(std::move(point));
  }
  return std::optional<Point>();
}

// What the point lacks that a replay begins with is not in it either. One that has all was taken
// while nothing ran: then the next tells what would have been missing.
KnownLacks lost_by_replay(const Adapter& adapter, const Point& from,
                          const std::optional<Point>& later, const std::string& source) {
  KnownLacks lacks = lacking_in(from, source);
  if (lacks && !lacks->empty()) return lacks;
  KnownLacks then = later ? lacking_in(*later, source) : KnownLacks();
  if (then && !then->empty()) return then;
  if (adapter.info().stops_whole) return KnownLacks(std::vector<std::string>{kWhatNoLogHas});
  return lacks;
}

}  // namespace

Result<std::vector<SourceMoment>> source_moments(PlanContext& context, const Moment& moment) {
  std::vector<SourceMoment> found;
  if (moment.rewind) {
    for (const auto& one : moment.rewind->sources) {
      found.push_back({.source = one.place, .at = time_of(*moment.rewind, one)});
    }
    return found;
  }
  std::optional<Point> later;
  if (moment.replay) later = TRY(later_point(context.catalog, *moment.replay));
  for (const auto& place : moment.version.sources) {
    const auto known = moment.point.positions.find(place.name);
    Timestamp at = known == moment.point.positions.end() ? moment.point.at : known->second.at;
    const Adapter* adapter = TRY(adapter_of(context, place));
    const bool replays = moment.replay && adapter != nullptr && adapter->log_replay() != nullptr;
    if (replays) at = moment.replay->until;
    found.push_back({place.name, at,
                     replays ? lost_by_replay(*adapter, moment.point, later, place.name)
                             : lacking_in(moment.point, place.name)});
  }
  return found;
}

}  // namespace slip
