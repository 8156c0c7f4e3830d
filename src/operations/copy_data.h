// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/lookup.h"

namespace slip {

// Where a new segment's data comes from, once the steps for it are planned.
struct CopiedData {
  DataParent parent;
  SnapshotId base;  // what the segment's log goes on from
};

// Adds the steps that make the new volume `to` a copy of the chosen data. After a replay, which is
// kept as a point of its own, the databases run in it already; else nothing does. `commit` gets the
// points that are made on the way.
CopiedData add_copy(Drafting& drafting, Plan& plan, const ChosenPoint& chosen, const VolumeId& to,
                    Commit& commit);

// Adds the steps that lead the new volume `to` to the moment of a replay, with its databases
// running then, and to `commit` the point of it, whose snapshot is still to be taken.
Point add_replay(Drafting& drafting, Plan& plan, const Replay& replay, PointKind kind,
                 const VolumeId& to, Commit& commit);

}  // namespace slip
