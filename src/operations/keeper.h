// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "host/instances.h"
#include "operations/world.h"

namespace slip {

// Makes what the catalog says should run, run: after a start of the daemon or the machine, and
// when a database or an application has ended by itself. Containers that an operation is changing
// are left to it.
class Keeper {
 public:
  Keeper(World& world, Instances& instances) : world_(world), instances_(instances) {}

  // Opens every container's endpoints. Call once, before anything else uses them.
  // A port that another program has taken is logged, and tried again by `reconcile`.
  Result<> open_endpoints();

  // One round: starts what is wanted and not running, stops what is running and not wanted. What
  // fails to start is tried again after a pause that doubles, up to a minute.
  // `keep_going` is asked now and then; false ends the round as it is.
  Result<> reconcile(const Instances::KeepGoing& keep_going);

 private:
  struct Pause {
    Timestamp until;
    Duration length;
  };
  Result<> reconcile_branch(const Branch& branch, const Instances::KeepGoing& keep_going);
  Result<> reconcile_source(const Source& source, const Instances::KeepGoing& keep_going);
  // Whether what the round began with still holds: a round takes long, and an operation may have
  // begun, or ended, since.
  bool is_ours(const Branch& branch);
  bool is_ours(const Source& source);
  // Does it, unless it has failed a short while ago.
  void try_keeping(const VolumeId& volume, const std::string& whose,
                   const std::function<Result<>()>& keep);

  // True if it ended because its container has used up its disk quota, and would end again.
  bool waits_for_room(const Branch& branch);
  bool runs_whole(const Branch& branch);

  World& world_;
  Instances& instances_;
  std::set<VolumeId> waiting_;  // for room
  std::map<VolumeId, Pause> pauses_;
  std::map<ContainerId, bool> closed_;  // whose endpoints could not be opened
};

}  // namespace slip
