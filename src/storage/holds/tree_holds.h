// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/held_tree.h"

namespace slip {

// Counts for a driver who holds which of its trees. It knows a tree by its id alone, and attaches
// and detaches nothing itself; what it calls for one id it calls one after the other. A hold that
// outlives this object ends without effect. Thread-safe.
class TreeHolds {
 public:
  // Takes a tree away from where `attach` has put it. Does not throw.
  using Detach = std::function<void(const std::string& id)>;

  // Nothing: a driver whose trees are where they are.
  explicit TreeHolds(Detach detach = {});
  ~TreeHolds();
  TreeHolds(const TreeHolds&) = delete;
  TreeHolds& operator=(const TreeHolds&) = delete;

  // Holds what `attach` gives the path of; it is called each time, also for a tree that is
  // attached.
  Result<HeldTree> hold(const std::string& id,
                        const std::function<Result<std::filesystem::path>()>& attach);

  // Does `act` while nobody holds the tree, nor can; a tree that was left attached is detached
  // before. Errors: `busy` (somebody holds it), those of `act`.
  Result<> unless_held(const std::string& id, const std::function<Result<>()>& act);

  // What was attached and has not been detached, in order.
  std::vector<std::string> attached() const;

 private:
  class State;
  const std::shared_ptr<State> state_;
};

}  // namespace slip
