// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "domain/ids.h"
#include "ports/runtime.h"
#include "runtime/limits.h"
#include "runtime/process_identity.h"

namespace slip {

// One instance's process tree, as far as it was written down.
struct Tree {
  InstanceId id;
  std::filesystem::path cgroup;            // empty: where this id would be put now
  std::optional<ProcessIdentity> main;     // our child: the program, or the sandbox around it
  std::optional<ProcessIdentity> sandbox;  // first process inside the sandbox
};

// How a whole process tree is frozen and killed. Keeps no state: it looks at the kernel's.
// Not synchronised: the caller has one act on a tree at a time.
class TreeControl {
 public:
  struct Place {
    UniqueFd fd;                   // for spawn; none where the place is not a cgroup
    std::filesystem::path cgroup;  // to be written down
  };

  virtual ~TreeControl() = default;

  virtual std::string name() const = 0;
  // As limits_not_kept.
  virtual std::string limits_not_kept() const = 0;

  // How limits of what belongs together are kept.
  virtual HowKept how_kept() const = 0;

  // A cgroup for programs that are no instances, as group_of_commands; empty: none.
  virtual std::filesystem::path place_of_commands(const Limits& limits) = 0;

  // Makes an empty place for a tree, whatever was there; with `together`, among the others of its
  // container, which may use so much from now on.
  virtual Result<Place> prepare(const InstanceId& id,
                                const std::optional<TogetherLimits>& together) = 0;
  // What is in the container's place may use so much from now on. Succeeds if nothing is.
  virtual Result<> limit(const TogetherLimits& together) = 0;
  // No process of the tree runs when this returns; after a failure all of them do.
  virtual Result<> freeze(const Tree& tree) = 0;
  virtual Result<> thaw(const Tree& tree) = 0;
  virtual bool frozen(const Tree& tree) = 0;
  // Kills every process of the tree, frozen or not, and waits until there is none.
  virtual Result<> kill(const Tree& tree) = 0;
  virtual bool empty(const Tree& tree) = 0;
  // Lets go of an empty tree's place.
  virtual void discard(const Tree& tree) = 0;
  // Trees that exist whether or not anybody has them written down.
  virtual std::vector<InstanceId> populated() = 0;
};

// A cgroup2 directory for each tree, below one named after the state directory. None where there is
// no cgroup2 hierarchy that we may write to, found out by freezing and killing a process in one.
std::unique_ptr<TreeControl> make_cgroup_control(const std::filesystem::path& state_directory);

// Signals to everything that descends from, or shares a session with, the main process. What leaves
// both (a daemon that starts a session of its own and whose parent ends) escapes it, unless there
// is a sandbox: its PID namespace dies with its first process.
std::unique_ptr<TreeControl> make_process_group_control();

}  // namespace slip
