// SPDX-License-Identifier: Apache-2.0
#include "operations/copy_data.h"

#include <fmt/format.h>

namespace slip {

CopiedData add_copy(Drafting& drafting, Plan& plan, const ChosenPoint& chosen, const VolumeId& to,
                    Commit& commit) {
  if (chosen.rewind) {
    const Point point = add_rewind(drafting, plan, *chosen.rewind, PointKind::automatic, commit);
    plan.add(CloneSnapshot{point.snapshot, to});
    DataParent parent = chosen.parent;
    parent.point = point.id;
    return {parent, point.snapshot};
  }
  if (!chosen.replay) {
    const SnapshotId& from = chosen.point.best_snapshot();
    plan.add(CloneSnapshot{from, to});
    return {chosen.parent, from};
  }
  const Point point = add_replay(drafting, plan, *chosen.replay, PointKind::automatic, to, commit);
  plan.add(TakeSnapshot{to, point.snapshot, AfterSnapshot::go_on});
  DataParent parent = chosen.parent;
  parent.point = point.id;
  return {parent, point.snapshot};
}

Point add_replay(Drafting& drafting, Plan& plan, const Replay& replay, PointKind kind,
                 const VolumeId& to, Commit& commit) {
  const Branch& branch = replay.branch;
  Point point{.id = drafting.next_id<PointId>(),
              .segment = replay.segment.id,
              .branch = branch.id,
              .kind = PointKind::automatic,
              .at = drafting.now,
              .snapshot = replay.later,
              .baked = {},
              .positions = {},
              .operation = plan.operation.id};
  if (replay.later.empty()) {
    point.snapshot = plan.add_snapshot(fmt::format("branch {} as it went on", branch.name));
    plan.add(TakeSnapshot{branch.volume, point.snapshot, AfterSnapshot::go_on});
    commit.changes.push_back(AddPoint{point});
  }
  plan.add(CloneSnapshot{replay.base, to});
  plan.add(ReplayLog{to, point.snapshot, replay.until});
  plan.add(StartInstances{to, StartWhat::databases_that_replay});

  point.id = drafting.next_id<PointId>();
  point.kind = kind;
  point.at = replay.until;
  point.snapshot =
      plan.add_snapshot(fmt::format("branch {} as of {}", branch.name, to_rfc3339(replay.until)));
  point.replayed_from = replay.from;
  point.positions = replay.positions;
  commit.changes.push_back(AddPoint{point});
  return point;
}

}  // namespace slip
