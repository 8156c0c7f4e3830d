// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/source.h"

namespace slip {

enum class RunState { stopped, running };
BOOST_DESCRIBE_ENUM(RunState, stopped, running)

// A named line of work: in a container, or `master` in a template.
// Invariant: exactly one of `container` and `template_id` is set; a container's branch has a volume
// until it is purged from the trash; master has none.
struct Branch {
  BranchId id;
  std::string name;  // check_name; unique among its owner's that are not deleted
  ContainerId container;
  TemplateId template_id;
  SegmentId segment;                    // the newest: where the branch's data grows
  VolumeId volume;                      // what its instances run on
  RunState wanted = RunState::stopped;  // what the user asked for; the daemon brings it about
  Timestamp created_at;
  std::optional<Timestamp> deleted_at;         // in the trash since
  std::optional<std::string> deleted_by = {};  // the name of whoever put it there
  // Where this machine reaches it while it runs beside the active one, by source name. They stay
  // while the branch lives.
  std::map<std::string, std::uint16_t> ports = {};
};
BOOST_DESCRIBE_STRUCT(Branch, (),
                      (id, name, container, template_id, segment, volume, wanted, created_at,
                       deleted_at, deleted_by, ports))

// Where a segment's data came from. The words survive the deletion of what they name.
struct DataParent {
  PointId point;
  Timestamp at;       // the point's time
  std::string words;  // "bookmark \"Bug 4711 data\" of qa", "branch default of qa"
};
BOOST_DESCRIBE_STRUCT(DataParent, (), (point, at, words))

enum class SegmentKind { created, refreshed, restored, reset, undone };
BOOST_DESCRIBE_ENUM(SegmentKind, created, refreshed, restored, reset, undone)

// A stretch of unbroken history on a branch. Each act that replaces the branch's data ends one and
// begins the next; the old one stays reachable through its points.
struct Segment {
  SegmentId id;
  BranchId branch;
  SegmentId previous;  // on the same branch; empty for the first
  SegmentKind kind = SegmentKind::created;
  std::optional<DataParent> parent;  // nothing only at the start of a template's master
  PointId safety_point;              // what undo goes back to; empty: cannot be undone
  int template_version = 1;          // which sources its data has
  OperationId operation;
  Timestamp began_at;
  // What its volume was made from: the log that the volume keeps goes on from there. Nothing where
  // that is not known.
  std::optional<SnapshotId> base = {};
};
BOOST_DESCRIBE_STRUCT(Segment, (),
                      (id, branch, previous, kind, parent, safety_point, template_version,
                       operation, began_at, base))

enum class PointKind { automatic, bookmark, safety, synced };
BOOST_DESCRIBE_ENUM(PointKind, automatic, bookmark, safety, synced)

// A moment on a segment that can be gone back to: a snapshot of all its sources at one instant.
struct Point {
  PointId id;
  SegmentId segment;
  BranchId branch;
  PointKind kind = PointKind::automatic;
  Timestamp at;
  SnapshotId snapshot;                            // empty once reaped
  SnapshotId baked;                               // the same data, recovered and cleanly shut down
  std::map<std::string, DataPosition> positions;  // by source name in the template
  OperationId operation;
  // Its snapshot had been taken by then: it has everything of `at`, and may have something later,
  // so a replay that goes on from it must lead at least so far. Nothing: not known.
  std::optional<Timestamp> taken_by = {};
  // Made afterwards, by replaying the log from that point on to `at`: its snapshot is no place of
  // the segment's own log, which goes on past it another way.
  std::optional<PointId> replayed_from = {};

  bool reachable() const { return !snapshot.empty(); }
  // True if a copy has all that every source had; nothing: not known.
  std::optional<bool> exact() const;
  // What to start a copy from: the same data either way, sooner ready when baked.
  const SnapshotId& best_snapshot() const { return baked.empty() ? snapshot : baked; }
};
BOOST_DESCRIBE_STRUCT(Point, (),
                      (id, segment, branch, kind, at, snapshot, baked, positions, operation,
                       taken_by, replayed_from))

}  // namespace slip
