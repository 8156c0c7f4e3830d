// SPDX-License-Identifier: Apache-2.0
#include "operations/orders.h"

#include <algorithm>

#include "operations/lookup.h"
#include "operations/self_description.h"
#include "operations/volume_specs.h"

namespace slip {
namespace {

// Gathers the order of one step within one read of the catalog.
class Gathering {
 public:
  Gathering(CatalogUnit& catalog, const Operation& operation)
      : catalog_(catalog), operation_(operation) {}

  Result<Order> operator()(const CreateVolume& step) { return that_makes(step.volume); }
  Result<Order> operator()(const CloneSnapshot& step) { return that_makes(step.volume); }
  Result<Order> operator()(const ComposeVolume& step) { return that_makes(step.volume); }

  Result<Order> operator()(const ReplayLog& step) { return on(step.volume); }
  Result<Order> operator()(const StartInstances& step) { return on(step.volume); }
  Result<Order> operator()(const StopInstances& step) { return on(step.volume); }
  Result<Order> operator()(const RunHooks& step) { return on(step.volume); }
  Result<Order> operator()(const WriteOut& step) { return on(step.volume); }

  Result<Order> operator()(const TakeSnapshot& step) {
    Order order = TRY(on(step.volume));
    order.about = TRY(about(step.snapshot));
    order.is_being_made = TRY(volume_of(catalog_, step.volume)).state == StorageState::building;
    return order;
  }

  Result<Order> operator()(const KeepWhatIsLeft& step) {
    Order order = TRY(on(step.volume));
    order.point = TRY(point_of(catalog_, step.point));
    order.about = TRY(about(step.snapshot));
    return order;
  }

  Result<Order> operator()(const CatchUp& step) { return on_follower(step.volume); }
  Result<Order> operator()(const FindDataTime& step) { return on_follower(step.volume); }

  Result<Order> operator()(const HoldEndpoints& step) {
    Order order;
    order.opens_endpoints = !TRY(catalog_.containers().find(step.container));
    return order;
  }

  // The rest says all by itself.
  template <class OtherStep>
  Result<Order> operator()(const OtherStep&) {
    return Order{};
  }

 private:
  Result<Order> on(const VolumeId& id) {
    Order order;
    order.volume = TRY(spec_of(catalog_, TRY(volume_of(catalog_, id))));
    return order;
  }

  Result<Order> on_follower(const VolumeId& id) {
    Order order = TRY(on(id));
    const auto sources = TRY(catalog_.sources().all(Trash::without));
    const auto source = std::ranges::find(sources, id, &Source::volume);
    if (source != sources.end()) order.follows = *source;
    return order;
  }

  Result<Order> that_makes(const VolumeId& id) {
    const auto volume = TRY(volume_of(catalog_, id));
    Order order;
    order.about = TRY(describe(catalog_, operation_, volume));
    order.owner = volume.number;
    return order;
  }

  Result<SelfDescription> about(const SnapshotId& id) {
    const auto found = TRY(catalog_.snapshots().find(id));
    if (!found) return Error{.message = "the catalog has no snapshot " + id.str()};
    return describe(catalog_, operation_, *found);
  }

  CatalogUnit& catalog_;
  const Operation& operation_;
};

// Times of the branch's points around that one; empty: it has none.
Result<std::string> nearest_points(Catalog& catalog, const BranchId& branch, Timestamp at) {
  const auto points =
      TRY(catalog.read([&](CatalogUnit& unit) { return unit.points().of_branch(branch); }));
  const auto is_later = [&](const Point& point) { return point.at > at; };
  const auto after = std::ranges::find_if(
      points, [&](const Point& point) { return point.reachable() && is_later(point); });
  const auto before = std::ranges::find_if(points.rbegin(), points.rend(), [&](const Point& point) {
    return point.reachable() && !is_later(point);
  });
  std::string times;
  if (before != points.rend()) times = to_rfc3339(before->at);
  if (after != points.end()) times += (times.empty() ? "" : ", ") + to_rfc3339(after->at);
  return times;
}

// What a point's sources lack, and its snapshot instead of the one that it has.
Result<> set_data_of(CatalogUnit& catalog, const PointId& id,
                     const std::map<std::string, DataPosition>& positions,
                     const std::optional<SnapshotId>& instead, Timestamp now) {
  auto known = TRY(point_of(catalog, id));
  known.positions = positions;
  if (instead && known.reachable() && known.snapshot != *instead) {
    auto before = TRY(catalog.snapshots().find(known.snapshot));
    auto after = TRY(catalog.snapshots().find(*instead));
    if (!before || !after) return Error{.message = "the catalog lacks a snapshot of a point"};
    before->state = StorageState::doomed;
    after->state = StorageState::live;
    TRY(catalog.snapshots().put(*before));
    TRY(catalog.snapshots().put(*after));
    known.snapshot = *instead;
    if (known.taken_by) known.taken_by = now;
  }
  return catalog.points().put(known);
}

void address(Order& order, const Operation& operation, std::size_t index) {
  order.operation = operation.id;
  order.number = index;
  order.generation = operation.generation;
  order.words = operation.words;
  order.step = operation.steps[index].step;
}

// Whether what a pre_snapshot of the volume held back has been let go on by the hooks for that.
bool has_begun_after_snapshot(const Operation& operation, const VolumeId& volume) {
  return std::ranges::any_of(operation.steps, [&](const StepRecord& record) {
    const auto* hooks = std::get_if<RunHooks>(&record.step);
    return hooks != nullptr && hooks->volume == volume &&
           hooks->when == HookMoment::post_snapshot && record.state != StepState::pending;
  });
}

}  // namespace

Result<Order> order_for(Catalog& catalog, const Operation& operation, std::size_t index) {
  const Step& step = operation.steps[index].step;
  auto order = TRY(catalog.read([&](CatalogUnit& unit) -> Result<Order> {
    return std::visit(Gathering(unit, operation), step);
  }));
  address(order, operation, index);
  return order;
}

Result<Order> order_to_take_back(Catalog& catalog, const Operation& operation, std::size_t index) {
  const Step& step = operation.steps[index].step;
  Order order;
  address(order, operation, index);
  VolumeId volume;
  if (const auto* hooks = std::get_if<RunHooks>(&step)) {
    volume = hooks->volume;
    order.is_answered = has_begun_after_snapshot(operation, volume);
  }
  if (const auto* taken = std::get_if<TakeSnapshot>(&step)) volume = taken->volume;
  if (const auto* started = std::get_if<StartInstances>(&step)) volume = started->volume;
  if (!volume.empty()) order.volume = TRY(spec_of(catalog, volume));
  return order;
}

Result<> record_findings(World& world, const Step& step, const StepFindings& findings) {
  const auto* kept = std::get_if<KeepWhatIsLeft>(&step);
  if (kept == nullptr || findings.positions.empty()) return {};
  const auto instead = findings.at ? std::optional(kept->snapshot) : std::nullopt;
  return world.catalog.write([&](CatalogUnit& catalog) {
    return set_data_of(catalog, kept->point, findings.positions, instead, world.clock.now());
  });
}

Error explain(Catalog& catalog, const Operation& operation, const Step& step, Error error) {
  const auto* replay = std::get_if<ReplayLog>(&step);
  if (replay == nullptr || error.code != ErrorCode::out_of_range) return error;
  const auto nearest = nearest_points(catalog, operation.branch, replay->until);
  if (!nearest) return nearest.error();
  if (!nearest->empty()) error.hint = "Choose the time of a point; the nearest: " + *nearest + ".";
  return error;
}

}  // namespace slip
