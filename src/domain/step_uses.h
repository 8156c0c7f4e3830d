// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "domain/step.h"

namespace slip {

// What of the pool a step names, wherever in it: found by the description of its members, so that a
// new kind of step cannot be forgotten.
struct StepUses {
  std::set<VolumeId> volumes;
  std::set<SnapshotId> snapshots;
};
StepUses uses_of(const Step& step);

}  // namespace slip
