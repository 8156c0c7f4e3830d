// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>

#include "operations/world.h"

namespace slip {

// Looks every second at the logs of running sources that do not tell by themselves when what they
// have was committed, or not all that was. Not thread-safe.
class LogWatcher {
 public:
  explicit LogWatcher(World& world) : world_(world) {}

  // One look at each. To be called just before a second begins and just after: what lies between
  // two looks can only be told apart by what sessions say.
  void look();
  // Whatever takes longer. To be called once a second, after a look.
  void ask();
  // Begins with those that run now, and leaves those that do not. To be called between two looks.
  Result<> refresh();

 private:
  using Watches = std::map<InstanceId, std::unique_ptr<LogWatch>>;
  Result<Watches> watch(const VolumeId& volume);

  World& world_;
  std::set<InstanceId> known_;  // that have been asked whether they need it
  Watches watches_;
};

}  // namespace slip
