// SPDX-License-Identifier: Apache-2.0
#include "operations/rebuild.h"

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "base/log.h"
#include "domain/volume_spec.h"

namespace slip {
namespace {

// One entry of the pool.
struct Entry {
  VolumeId volume;  // one of these two
  SnapshotId snapshot;
  const SelfDescription* description = nullptr;

  std::string word(const std::string& key) const {
    const auto found = description->find(key);
    return found == description->end() ? std::string() : found->second;
  }
  // Nothing where it does not say, or in a form that is not known.
  template <class Record>
  std::optional<Record> read(const std::string& key) const {
    const auto found = description->find(key);
    if (found == description->end()) return std::nullopt;
    auto record = from_json_text<Record>(found->second);
    if (!record) return std::nullopt;
    return *std::move(record);
  }
  const std::string& id() const { return volume.empty() ? snapshot.str() : volume.str(); }
};

std::vector<Entry> newest_first(const StorageListing& pool) {
  std::vector<Entry> entries;
  for (const auto& one : pool.volumes) entries.push_back({one.id, {}, &one.description});
  for (const auto& one : pool.snapshots) entries.push_back({{}, one.id, &one.description});
  std::ranges::stable_sort(entries, std::greater(),
                           [](const Entry& entry) { return entry.word("recorded_at"); });
  return entries;
}

// The catalog's record of a volume, from what is on it and what it belongs to. Nothing: it does not
// say.
std::optional<Volume> volume_in(const Entry& entry) {
  const auto spec = entry.read<VolumeSpec>("spec");
  if (!spec) return entry.read<Volume>("volume_record");  // of an earlier version
  Volume volume;
  volume.id = entry.volume;
  volume.operation = OperationId(entry.word("operation"));
  volume.about = entry.word("about");
  volume.read_only = spec->purpose == Purpose::look;
  volume.login = spec->login;
  volume.number = spec->number;
  for (const auto& source : spec->sources) {
    if (spec->purpose == Purpose::follow) volume.follows = source.source;
    if (source.port != 0) volume.ports[source.name] = source.port;
  }
  if (const auto branch = entry.read<Branch>("branch")) volume.branch = branch->id;
  if (const auto container = entry.read<Container>("container")) {
    volume.template_id = container->template_id;
  }
  if (const auto segment = entry.read<Segment>("segment")) {
    volume.template_version = segment->template_version;
  }
  return volume;
}

struct PointAndName {
  Point point;
  std::optional<Bookmark> bookmark;
};

class Rebuild {
 public:
  Rebuild(CatalogUnit& catalog, Timestamp now) : catalog_(catalog), now_(now) {}

  // Newest first: what is known already is newer.
  Result<> add_what_it_belongs_to(const Entry& entry) {
    for (auto& user : entry.read<std::vector<User>>("users").value_or(std::vector<User>())) {
      if (!TRY(catalog_.users().find(user.id)) && !TRY(catalog_.users().find_named(user.name))) {
        TRY(catalog_.users().put(user));
      }
    }
    for (auto& source :
         entry.read<std::vector<Source>>("sources").value_or(std::vector<Source>())) {
      TRY(add_source(entry, std::move(source)));
    }
    if (auto mould = entry.read<Template>("template")) TRY(add_template(*std::move(mould)));
    if (auto container = entry.read<Container>("container")) {
      TRY(add_container(*std::move(container)));
    }
    if (auto segment = entry.read<Segment>("segment")) {
      if (!TRY(catalog_.segments().find(segment->id))) TRY(catalog_.segments().put(*segment));
    }
    if (auto branch = entry.read<Branch>("branch")) TRY(add_branch(entry, *std::move(branch)));
    return {};
  }

  // Whether the entry is of use.
  Result<bool> add_data(const Entry& entry) {
    return entry.volume.empty() ? add_snapshot(entry) : add_volume(entry);
  }

  // Oldest first, so that their order is what it was.
  Result<> add_points() {
    for (auto one = points_.rbegin(); one != points_.rend(); ++one) {
      auto& [point, bookmark] = *one;
      point.baked = {};
      if (!TRY(catalog_.segments().find(point.segment))) continue;
      if (const auto other = TRY(catalog_.points().find(point.id))) {
        TRY(doom_older(*other, point));
        continue;
      }
      TRY(catalog_.points().put(point));
      ++outcome.points;
      if (!bookmark) continue;
      ++outcome.bookmarks;
      const auto added = catalog_.bookmarks().put(*bookmark);
      if (added || added.error().code != ErrorCode::already_exists) {
        TRY(added);
        continue;
      }
      bookmark->name += " (" + to_rfc3339(bookmark->at) + ")";
      TRY(catalog_.bookmarks().put(*bookmark));
    }
    for (auto& [id, snapshot] : baked_) {
      auto point = TRY(catalog_.points().find(id));
      if (!point) {
        outcome.unknown.push_back(snapshot.id.str() + " (" + snapshot.about + ")");
        continue;
      }
      point->baked = snapshot.id;
      TRY(catalog_.snapshots().put(snapshot));
      TRY(catalog_.points().put(*point));
    }
    return {};
  }

  // References to what is gone for good lead nowhere.
  Result<> tie_up() {
    for (const auto& id : segments_) TRY(tie_up_segment(id));
    for (const auto& mould : TRY(catalog_.templates().all(Trash::with))) TRY(tie_up(mould));
    for (auto& branch : TRY(catalog_.branches().all(Trash::with))) TRY(tie_up(branch));
    for (auto& container : TRY(catalog_.containers().all(Trash::with))) TRY(tie_up(container));
    for (auto& source : TRY(catalog_.sources().all(Trash::with))) TRY(tie_up(source));
    return {};
  }

  Rebuilt outcome;

 private:
  // A name that something newer has belongs to something that was deleted since.
  template <class Records, class Record>
  Result<> put(Records& records, Record record) {
    if (!record.deleted_at && TRY(records.find_named(record.name))) record.deleted_at = now_;
    return records.put(record);
  }

  Result<> add_source(const Entry& entry, Source source) {
    const bool is_its_own = source.snapshot == entry.snapshot && !entry.snapshot.empty();
    auto known = TRY(catalog_.sources().find(source.id));
    if (!known) {
      source.history.clear();
      if (!is_its_own) source.snapshot = {};
      if (source.volume != entry.volume) source.volume = {};
      return put(catalog_.sources(), std::move(source));
    }
    if (is_its_own && known->snapshot.empty()) known->snapshot = source.snapshot;
    if (known->volume.empty() && source.volume == entry.volume) known->volume = source.volume;
    return catalog_.sources().put(*known);
  }

  Result<> add_template(Template mould) {
    if (const auto known = TRY(catalog_.templates().find(mould.id))) {
      if (known->versions.size() >= mould.versions.size()) return {};
      mould.deleted_at = known->deleted_at;
      return catalog_.templates().put(mould);
    }
    return put(catalog_.templates(), std::move(mould));
  }

  Result<> add_container(Container container) {
    if (TRY(catalog_.containers().find(container.id))) return {};
    container.renew_login = true;
    ++outcome.containers;
    return put(catalog_.containers(), std::move(container));
  }

  Result<> add_branch(const Entry& entry, Branch branch) {
    const auto segment = entry.read<Segment>("segment");
    if (segment) segments_.push_back(segment->id);
    const bool is_volume = !entry.volume.empty() && volume_in(entry).has_value();
    auto known = TRY(catalog_.branches().find(branch.id));
    if (!known) {
      branch.volume = {};
      for (const auto& other : TRY(catalog_.branches().all(Trash::without))) {
        const bool is_same = other.container == branch.container &&
                             other.template_id == branch.template_id && other.name == branch.name;
        if (is_same) branch.deleted_at = now_;
      }
      known = branch;
    }
    if (is_volume && known->volume.empty()) {
      known->volume = entry.volume;
      if (segment) known->segment = segment->id;
    }
    return catalog_.branches().put(*known);
  }

  Result<bool> add_snapshot(const Entry& entry) {
    const bool is_of_source = std::ranges::any_of(
        entry.read<std::vector<Source>>("sources").value_or(std::vector<Source>()),
        [&](const Source& source) { return source.snapshot == entry.snapshot; });
    const auto point = entry.read<Point>("point");
    const auto of_baked = entry.read<std::string>("baked");
    if (!point && !of_baked && !is_of_source) return false;
    Snapshot snapshot{.id = entry.snapshot,
                      .state = StorageState::live,
                      .operation = OperationId(entry.word("operation")),
                      .about = entry.word("about")};
    if (of_baked) {
      // Its point may come later: it is older.
      baked_.emplace_back(PointId(*of_baked), snapshot);
      return true;
    }
    TRY(catalog_.snapshots().put(snapshot));
    if (point) points_.push_back(data_of(entry, *point));
    return true;
  }

  // What was found out when its snapshot was taken.
  static PointAndName data_of(const Entry& entry, Point point) {
    const auto at = parse_rfc3339(entry.word("at"));
    if (at && !point.replayed_from) point.at = *at;
    if (auto positions = entry.read<std::map<std::string, DataPosition>>("positions")) {
      if (point.positions.empty()) point.positions = *std::move(positions);
    }
    auto bookmark = entry.read<Bookmark>("bookmark");
    if (bookmark) bookmark->at = point.at;
    return {std::move(point), std::move(bookmark)};
  }

  // A point has two snapshots for a moment: one as it ran, and one of what it left when it ended.
  Result<> doom_older(const Point& one, const Point& other) {
    const bool is_one_whole = one.exact().has_value();
    auto older = TRY(catalog_.snapshots().find(is_one_whole ? other.snapshot : one.snapshot));
    older->state = StorageState::doomed;
    TRY(catalog_.snapshots().put(*older));
    return is_one_whole ? Result<>() : catalog_.points().put(other);
  }

  Result<bool> add_volume(const Entry& entry) {
    auto volume = volume_in(entry);
    if (!volume) return false;
    volume->state = StorageState::live;
    TRY(catalog_.volumes().put(*volume));
    return true;
  }

  Result<> tie_up_segment(const SegmentId& id) {
    auto segment = TRY(catalog_.segments().find(id));
    if (!segment) return {};
    if (!segment->previous.empty() && !TRY(catalog_.segments().find(segment->previous))) {
      segment->previous = {};
    }
    if (!segment->safety_point.empty() && !TRY(catalog_.points().find(segment->safety_point))) {
      segment->safety_point = {};
    }
    return catalog_.segments().put(*segment);
  }

  Result<> tie_up(const Template& mould) {
    if (TRY(catalog_.branches().find(mould.master))) return {};
    return catalog_.branches().put(Branch{.id = mould.master,
                                          .name = "master",
                                          .container = {},
                                          .template_id = mould.id,
                                          .segment = {},
                                          .volume = {},
                                          .created_at = mould.created_at,
                                          .deleted_at = {}});
  }

  Result<> tie_up(Branch& branch) {
    if (!TRY(catalog_.segments().find(branch.segment))) {
      const auto known = TRY(catalog_.segments().of_branch(branch.id));
      branch.segment = known.empty() ? SegmentId() : known.back().id;
    }
    // Without a volume there is nothing to run on; a container's branch is kept for its points.
    if (branch.volume.empty()) branch.wanted = RunState::stopped;
    return catalog_.branches().put(branch);
  }

  Result<> tie_up(Container& container) {
    const auto branches = TRY(catalog_.branches().of_container(container.id, Trash::without));
    const auto runs = [&](const Branch& branch) { return !branch.volume.empty(); };
    const auto known = std::ranges::find_if(
        branches, [&](const Branch& one) { return one.id == container.active && runs(one); });
    const bool is_unsure = !container.deleted_at && std::ranges::count_if(branches, runs) > 1;
    const auto note = [&](const Branch& active) {
      if (is_unsure) outcome.unsure.push_back(container.name + " (" + active.name + ")");
    };
    if (known != branches.end()) {
      note(*known);
      return {};
    }
    const auto other = std::ranges::find_if(branches, runs);
    container.active = other == branches.end() ? BranchId() : other->id;
    if (other == branches.end() && !branches.empty()) container.active = branches.front().id;
    if (other != branches.end()) note(*other);
    return catalog_.containers().put(container);
  }

  Result<> tie_up(Source& source) {
    if (!source.snapshot.empty() && !TRY(catalog_.snapshots().find(source.snapshot))) {
      source.snapshot = {};
    }
    if (!source.volume.empty() && !TRY(catalog_.volumes().find(source.volume))) source.volume = {};
    return catalog_.sources().put(source);
  }

  CatalogUnit& catalog_;
  const Timestamp now_;
  std::vector<SegmentId> segments_;
  std::vector<PointAndName> points_;  // newest first
  std::vector<std::pair<PointId, Snapshot>> baked_;
};

}  // namespace

Result<Rebuilt> rebuild_catalog(Catalog& catalog, const StorageListing& pool, Timestamp now) {
  return catalog.write([&](CatalogUnit& unit) -> Result<Rebuilt> {
    Rebuild rebuild(unit, now);
    rebuild.outcome.unknown = pool.unknown;
    for (const auto& entry : newest_first(pool)) {
      TRY(rebuild.add_what_it_belongs_to(entry));
      const bool is_used = TRY(rebuild.add_data(entry));
      if (!is_used) {
        rebuild.outcome.unknown.push_back(entry.id() + " (" + entry.word("about") + ")");
      }
    }
    TRY(rebuild.add_points());
    TRY(rebuild.tie_up());
    TRY(unit.events().append(Event{.sequence = 0,
                                   .at = now,
                                   .topic = "pool",
                                   .subject = "",
                                   .container = {},
                                   .template_id = {},
                                   .words = "the catalog was made anew from the pool"}));
    return rebuild.outcome;
  });
}

}  // namespace slip
