// SPDX-License-Identifier: Apache-2.0
#include "operations/apply_change.h"

#include <algorithm>

#include "operations/lookup.h"

namespace slip {
namespace {

// Applies one kind of change each.
struct Apply {
  CatalogUnit& catalog;
  const Operation& operation;
  Timestamp now;

  Result<> keep(const SnapshotId& id) const {
    auto snapshot = TRY(catalog.snapshots().find(id));
    if (!snapshot) return Error{.message = "the catalog has no snapshot " + id.str()};
    snapshot->state = StorageState::live;
    return catalog.snapshots().put(*snapshot);
  }
  Result<> keep(const VolumeId& id) const {
    auto volume = TRY(volume_of(catalog, id));
    volume.state = StorageState::live;
    return catalog.volumes().put(volume);
  }
  template <class OneStep>
  const StepRecord* record_of(const VolumeId& volume) const {
    for (const auto& record : operation.steps) {
      const auto* step = std::get_if<OneStep>(&record.step);
      if (step != nullptr && step->volume == volume) return &record;
    }
    return nullptr;
  }
  Result<> drop(const SnapshotId& id) const {
    if (id.empty()) return {};
    auto snapshot = TRY(catalog.snapshots().find(id));
    if (!snapshot) return {};
    snapshot->state = StorageState::doomed;
    return catalog.snapshots().put(*snapshot);
  }
  const StepRecord* taken(const SnapshotId& id) const {
    for (const auto& record : operation.steps) {
      const auto* step = std::get_if<TakeSnapshot>(&record.step);
      if (step != nullptr && step->snapshot == id) return &record;
    }
    return nullptr;
  }
  const StepFindings* findings_of(const SnapshotId& id) const {
    const auto* record = taken(id);
    return record == nullptr ? nullptr : &record->findings;
  }
  const StepFindings* ingested() const {
    for (const auto& record : operation.steps) {
      if (std::holds_alternative<IngestSource>(record.step)) return &record.findings;
      if (std::holds_alternative<Detach>(record.step)) return &record.findings;
    }
    return nullptr;
  }

  const StepFindings* sorted_anew() const {
    for (const auto& record : operation.steps) {
      if (!std::holds_alternative<SortAnew>(record.step)) continue;
      return record.findings.positions.contains("") ? &record.findings : nullptr;
    }
    return nullptr;
  }

  // Where a source that follows production was when its copy was taken; nothing where it was not
  // running yet.
  std::optional<DataPosition> position_of_follower(const Source& source) const {
    for (const auto& record : operation.steps) {
      const auto* step = std::get_if<TakeSnapshot>(&record.step);
      if (step == nullptr || step->volume != source.volume) continue;
      const auto found = record.findings.positions.find(source.name);
      if (found != record.findings.positions.end() && !found->second.position.empty()) {
        return found->second;
      }
    }
    return std::nullopt;
  }

  // What has a log is at the point's time, the rest where the replay began.
  // And what is not in it: more than what the copy would lack that runs now, in which the rest was
  // lost already.
  Result<> set_times_of_replay(Point& point,
                               const std::map<std::string, DataPosition>& planned) const {
    const auto from = TRY(point_of(catalog, *point.replayed_from));
    for (auto& [source, position] : point.positions) {
      const auto before = from.positions.find(source);
      const auto told = planned.find(source);
      if (!position.position.empty()) {
        position.at = point.at;
      } else if (before != from.positions.end()) {
        position = before->second;
      } else {
        position.at = from.at;
      }
      if (told != planned.end()) position.lacks = told->second.lacks;
    }
    return {};
  }

  // Where the log of a source that was brought back to the point's time has led to.
  std::string replayed_position(const SnapshotId& part) const {
    const auto* copied = taken(part);
    if (copied == nullptr) return "";
    const auto* detached = record_of<Detach>(std::get<TakeSnapshot>(copied->step).volume);
    if (detached == nullptr || !detached->findings.positions.contains("")) return "";
    return detached->findings.positions.at("").position;
  }

  // A template's point has what its sources have, or what they were brought back to.
  Result<> set_positions_of_template(Point& point, const std::map<std::string, DataPosition>& back,
                                     const Template& mould) const {
    point.positions = back;
    if (!point.replayed_from) {
      for (const auto& place : mould.newest().sources) {
        const auto source = TRY(catalog.sources().find(place.source));
        if (source && source->position) point.positions[place.name] = *source->position;
      }
    }
    // What lies there was fetched or made ready, and ended cleanly.
    for (auto& [name, position] : point.positions) position.lacks.emplace();
    if (!point.replayed_from) return {};
    for (const auto& record : operation.steps) {
      const auto* compose = std::get_if<ComposeVolume>(&record.step);
      if (compose == nullptr) continue;
      for (const auto& part : compose->parts) {
        const auto known = point.positions.find(part.source_name);
        if (known != point.positions.end()) {
          known->second.position = replayed_position(part.snapshot);
        }
      }
    }
    return {};
  }

  Result<> operator()(const AddPoint& change) const {
    Point point = change.point;
    if (const auto* found = findings_of(point.snapshot)) {
      if (!point.replayed_from) point.at = found->at.value_or(point.at);
      point.taken_by = found->taken_by;
      point.positions = found->positions;
    }
    const auto branch = TRY(branch_of(catalog, point.branch));
    if (!branch.template_id.empty()) {
      TRY(set_positions_of_template(point, change.point.positions,
                                    TRY(template_of(catalog, branch.template_id))));
    } else if (point.replayed_from) {
      TRY(set_times_of_replay(point, change.point.positions));
    }
    TRY(keep(point.snapshot));
    return catalog.points().put(point);
  }

  Result<> operator()(const SetBaked& change) const {
    auto point = TRY(point_of(catalog, change.point));
    if (!point.reachable()) return drop(change.snapshot);
    point.baked = change.snapshot;
    TRY(keep(change.snapshot));
    return catalog.points().put(point);
  }

  Result<> operator()(const AddBookmark& change) const {
    Bookmark bookmark = change.bookmark;
    bookmark.at = TRY(point_of(catalog, bookmark.point)).at;
    TRY(catalog.bookmarks().put(bookmark));
    if (bookmark.container.empty() || bookmark.audience == Audience::only_container) return {};
    // Who may take it need not be a member here, and so does not hear of the operation.
    return catalog.events().append(Event{.sequence = 0,
                                         .at = now,
                                         .topic = "bookmark",
                                         .subject = bookmark.id.str(),
                                         .container = {},
                                         .template_id = bookmark.template_id,
                                         .words = {}});
  }

  Result<> operator()(const BeginSegment& change) const {
    Segment segment = change.segment;
    segment.began_at = now;
    auto branch = TRY(branch_of(catalog, segment.branch));
    branch.segment = segment.id;
    branch.volume = change.volume;
    TRY(keep(change.volume));
    TRY(catalog.segments().put(segment));
    return catalog.branches().put(branch);
  }

  Result<> operator()(const AddBranch& change) const {
    Segment segment = change.segment;
    segment.began_at = now;
    if (segment.parent) {
      // Known since its snapshot was taken.
      segment.parent->at = TRY(point_of(catalog, segment.parent->point)).at;
    }
    TRY(keep(change.branch.volume));
    TRY(catalog.branches().put(change.branch));
    return catalog.segments().put(segment);
  }

  Result<> operator()(const AddContainer& change) const {
    return catalog.containers().put(change.container);
  }

  Result<> operator()(const SetActive& change) const {
    auto container = TRY(container_of(catalog, change.container));
    container.active = change.branch;
    return catalog.containers().put(container);
  }

  Result<> operator()(const SetLogin& change) const {
    auto container = TRY(container_of(catalog, change.container));
    container.login = change.login;
    container.renew_login = false;
    return catalog.containers().put(container);
  }

  Result<> operator()(const SetWanted& change) const {
    auto branch = TRY(branch_of(catalog, change.branch));
    branch.wanted = change.wanted;
    return catalog.branches().put(branch);
  }

  Result<> operator()(const TrashBranch& change) const {
    auto branch = TRY(branch_of(catalog, change.branch));
    branch.deleted_at = now;
    branch.deleted_by = operation.actor.name;
    return catalog.branches().put(branch);
  }

  Result<> operator()(const TrashContainer& change) const {
    auto container = TRY(container_of(catalog, change.container));
    container.deleted_at = now;
    container.deleted_by = operation.actor.name;
    return catalog.containers().put(container);
  }

  Result<> operator()(const AddSource& change) const {
    return catalog.sources().put(change.source);
  }

  Result<> operator()(const RecordSync& change) const {
    auto source = TRY(catalog.sources().find(change.source));
    if (!source) return Error{.message = "the catalog has no source " + change.source.str()};
    const bool stays = std::ranges::any_of(source->history, [&](const SourcePoint& point) {
      return point.snapshot == source->snapshot;
    });
    if (!stays) TRY(drop(source->snapshot));
    TRY(keep(change.snapshot));
    source->snapshot = change.snapshot;
    if (const auto* sorted = sorted_anew()) {
      if (source->position) source->position->doubts = sorted->positions.at("").doubts;
      return catalog.sources().put(*source);
    }
    source->synced_at = now;
    std::vector<std::string> doubts;
    if (const auto* found = ingested(); found != nullptr && found->positions.contains("")) {
      source->position = found->positions.at("");
      doubts = source->position->doubts;
    }
    if (const auto followed = position_of_follower(*source)) source->position = *followed;
    if (source->position) source->position->doubts = std::move(doubts);
    return catalog.sources().put(*source);
  }

  Result<> operator()(const AddSourcePoint& change) const {
    auto source = TRY(catalog.sources().find(change.source));
    if (!source) return Error{.message = "the catalog has no source " + change.source.str()};
    SourcePoint point{.snapshot = change.snapshot,
                      .follower = change.follower,
                      .at = now,
                      .taken_by = now,
                      .position = {}};
    if (const auto* copied = taken(change.snapshot)) {
      const auto& volume = std::get<TakeSnapshot>(copied->step).volume;
      point.at = copied->findings.at.value_or(now);
      point.taken_by = copied->findings.taken_by.value_or(now);
      const auto& positions = copied->findings.positions;
      if (const auto known = positions.find(source->name); known != positions.end()) {
        point.position = known->second.position;
      }
      if (const auto* fetched = record_of<IngestSource>(volume)) {
        point.at = fetched->started_at.value_or(point.at);
      }
      if (const auto* found = record_of<FindDataTime>(volume)) {
        if (!found->findings.at) return {};
        point.at = *found->findings.at;
        point.clock_ahead_ms = found->findings.clock_ahead_ms;
      }
      if (const auto* caught_up = record_of<CatchUp>(volume)) {
        point.at = caught_up->findings.at.value_or(point.at);
        point.clock_ahead_ms = caught_up->findings.clock_ahead_ms;
      }
    }
    // What is copied when synced has had no history while nothing beside it was followed.
    if (change.follower.empty() && source->history.empty() && !source->snapshot.empty() &&
        source->synced_at) {
      source->history.push_back({.snapshot = source->snapshot,
                                 .follower = {},
                                 .at = *source->synced_at,
                                 .taken_by = *source->synced_at,
                                 .position = {}});
    }
    // Who takes back a template's past may end after a sync that began later, or the source.
    if (source->deleted_at) return {};
    TRY(keep(change.snapshot));
    const auto after =
        std::ranges::upper_bound(source->history, point.taken_by, {}, &SourcePoint::taken_by);
    source->history.insert(after, point);
    return catalog.sources().put(*source);
  }

  Result<> operator()(const SetFollower& change) const {
    auto source = TRY(catalog.sources().find(change.source));
    if (!source) return Error{.message = "the catalog has no source " + change.source.str()};
    TRY(keep(change.volume));
    source->volume = change.volume;
    return catalog.sources().put(*source);
  }

  Result<> operator()(const SetSourceConfig& change) const {
    auto source = TRY(catalog.sources().find(change.source));
    if (!source) return Error{.message = "the catalog has no source " + change.source.str()};
    source->config = change.config;
    return catalog.sources().put(*source);
  }

  Result<> operator()(const AddTemplate& change) const {
    TRY(catalog.templates().put(change.added));
    TRY(catalog.branches().put(change.master));
    return catalog.segments().put(change.segment);
  }

  Result<> operator()(const AddTemplateVersion& change) const {
    auto mould = TRY(template_of(catalog, change.template_id));
    mould.versions.push_back(change.version);
    auto master = TRY(branch_of(catalog, mould.master));
    master.segment = change.segment.id;
    TRY(catalog.segments().put(change.segment));
    TRY(catalog.branches().put(master));
    return catalog.templates().put(mould);
  }
};

}  // namespace

Result<> apply_change(CatalogUnit& catalog, const Change& change, const Operation& operation,
                      Timestamp now) {
  return std::visit(Apply{catalog, operation, now}, change);
}

}  // namespace slip
