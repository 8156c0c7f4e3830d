// SPDX-License-Identifier: Apache-2.0
#include "operations/self_description.h"

#include <algorithm>

#include "base/json.h"
#include "operations/volume_specs.h"

namespace slip {
namespace {

// A template's hooks may be long. What does not fit is left out rather than making the whole
// description unreadable: it is read up to 1 MiB.
constexpr std::size_t size_max = 512 << 10;
// Of what is on a volume, so that there is room for what that belongs to.
constexpr std::size_t spec_size_max = 128 << 10;

// Collects records, from what the operation is going to write or from the catalog.
class Description {
 public:
  Description(CatalogUnit& catalog, const Operation& operation, const std::string& about)
      : catalog_(catalog), operation_(operation) {
    words_["about"] = about;
    words_["operation"] = operation.id.str();
    words_["product"] = "slipstream";
    words_["recorded_at"] = to_rfc3339(operation.created_at);
  }

  // Of each change of the kind that is to be made, until `look` says that it was the one.
  template <class OneChange, class Look>
  Result<> each_change(Look look) {
    for (const auto& record : operation_.steps) {
      const auto* commit = std::get_if<Commit>(&record.step);
      if (commit == nullptr) continue;
      for (const auto& change : commit->changes) {
        if (const auto* one = std::get_if<OneChange>(&change)) TRY(look(*one));
      }
    }
    return {};
  }

  template <class Record>
  void add(const std::string& key, const Record& record) {
    std::string text = to_json_text(record);
    size_ += text.size();
    if (size_ <= size_max) words_[key] = std::move(text);
  }

  // Without hooks where they make it too long: the template has them too.
  void add_spec(VolumeSpec spec) {
    if (to_json_text(spec).size() > spec_size_max) {
      for (auto& source : spec.sources) source.hooks.clear();
    }
    add("spec", spec);
  }

  Result<> add_point(const Point& point) {
    add("point", point);
    TRY(each_change<AddBookmark>([&](const AddBookmark& change) -> Result<> {
      if (change.bookmark.point != point.id) return {};
      add("bookmark", change.bookmark);
      return {};
    }));
    return add_segment(point.segment, point.branch);
  }

  Result<> add_segment(const SegmentId& id, const BranchId& of) {
    auto segment = TRY(catalog_.segments().find(id));
    auto branch = TRY(catalog_.branches().find(of));
    const auto use = [&](const Segment& one, const Branch* its) -> Result<> {
      if (one.id == id) segment = one;
      if (its != nullptr && its->id == of) branch = *its;
      return {};
    };
    TRY(each_change<AddBranch>([&](const auto& one) { return use(one.segment, &one.branch); }));
    TRY(each_change<AddTemplate>([&](const auto& one) { return use(one.segment, &one.master); }));
    TRY(each_change<BeginSegment>([&](const auto& one) { return use(one.segment, nullptr); }));
    TRY(each_change<AddTemplateVersion>(
        [&](const auto& one) { return use(one.segment, nullptr); }));
    if (segment) add("segment", *segment);
    if (!branch) return {};
    add("branch", *branch);
    return branch->container.empty() ? add_template(branch->template_id)
                                     : add_container(branch->container);
  }

  Result<> add_container(const ContainerId& id) {
    auto container = TRY(catalog_.containers().find(id));
    TRY(each_change<AddContainer>([&](const AddContainer& change) -> Result<> {
      if (change.container.id == id) container = change.container;
      return {};
    }));
    if (!container) return {};
    add("container", *container);
    std::vector<User> users;
    for (const auto& member : container->members) {
      auto user = TRY(catalog_.users().find(member.user));
      if (!user) continue;
      user->password_hash.clear();
      users.push_back(*std::move(user));
    }
    add("users", users);
    return add_template(container->template_id);
  }

  Result<> add_template(const TemplateId& id) {
    auto mould = TRY(catalog_.templates().find(id));
    TRY(each_change<AddTemplate>([&](const AddTemplate& change) -> Result<> {
      if (change.added.id == id) mould = change.added;
      return {};
    }));
    TRY(each_change<AddTemplateVersion>([&](const AddTemplateVersion& change) -> Result<> {
      if (mould && change.template_id == id) mould->versions.push_back(change.version);
      return {};
    }));
    if (!mould) return {};
    add("template", *mould);
    std::vector<Source> sources;
    for (const auto& place : mould->newest().sources) {
      if (auto source = TRY(catalog_.sources().find(place.source))) {
        sources.push_back(*std::move(source));
      }
    }
    add("sources", sources);
    return {};
  }

  // One whose data this is.
  template <class Set>
  Result<> add_source(const SourceId& id, Set set) {
    auto source = TRY(catalog_.sources().find(id));
    TRY(each_change<AddSource>([&](const AddSource& change) -> Result<> {
      if (change.source.id == id) source = change.source;
      return {};
    }));
    if (!source) return {};
    set(*source);
    add("sources", std::vector<Source>{*source});
    return {};
  }

  SelfDescription take() { return std::move(words_); }

 private:
  CatalogUnit& catalog_;
  const Operation& operation_;
  SelfDescription words_;
  std::size_t size_ = 0;
};

}  // namespace

Result<SelfDescription> describe(CatalogUnit& catalog, const Operation& operation,
                                 const Snapshot& snapshot) {
  Description description(catalog, operation, snapshot.about);
  TRY(description.each_change<AddPoint>([&](const AddPoint& change) -> Result<> {
    if (change.point.snapshot != snapshot.id) return {};
    return description.add_point(change.point);
  }));
  for (const auto& record : operation.steps) {
    const auto* kept = std::get_if<KeepWhatIsLeft>(&record.step);
    if (kept == nullptr || kept->snapshot != snapshot.id) continue;
    auto point = TRY(catalog.points().find(kept->point));
    if (!point) continue;
    point->snapshot = snapshot.id;
    point->positions = {};  // as they are found out
    TRY(description.add_point(*point));
  }
  TRY(description.each_change<SetBaked>([&](const SetBaked& change) -> Result<> {
    if (change.snapshot == snapshot.id) description.add("baked", change.point.str());
    return {};
  }));
  TRY(description.each_change<RecordSync>([&](const RecordSync& change) -> Result<> {
    if (change.snapshot != snapshot.id) return {};
    return description.add_source(change.source, [&](Source& source) {
      source.snapshot = snapshot.id;
      if (operation.kind != OperationKind::reindex_source) source.synced_at = operation.created_at;
    });
  }));
  return description.take();
}

Result<SelfDescription> describe(CatalogUnit& catalog, const Operation& operation,
                                 const Volume& volume) {
  Description description(catalog, operation, volume.about);
  TRY(description.each_change<AddBranch>([&](const AddBranch& change) -> Result<> {
    if (change.branch.volume != volume.id) return {};
    description.add_spec(TRY(spec_of(catalog, volume)));
    return description.add_segment(change.segment.id, change.branch.id);
  }));
  TRY(description.each_change<BeginSegment>([&](const BeginSegment& change) -> Result<> {
    if (change.volume != volume.id) return {};
    description.add_spec(TRY(spec_of(catalog, volume)));
    return description.add_segment(change.segment.id, change.segment.branch);
  }));
  TRY(description.each_change<SetFollower>([&](const SetFollower& change) -> Result<> {
    if (change.volume != volume.id) return {};
    std::optional<Source> known;  // the catalog may not have it yet
    TRY(description.add_source(change.source, [&](Source& source) {
      source.volume = volume.id;
      known = source;
    }));
    if (known) description.add_spec(TRY(spec_of_follower(volume, *known)));
    return {};
  }));
  return description.take();
}

}  // namespace slip
