// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/instances.h"
#include "operations/world.h"

namespace slip {

// What is on the volume, which is going to be started: with the login that its container has today,
// and for each source a port that is free now, the one it has where possible. Errors: `unavailable`
// (none is free).
Result<VolumeSpec> spec_to_start(World& world, const VolumeId& volume);

// Starts that (Instances::start). Errors: of both.
Result<> start_on(World& world, Instances& instances, const VolumeId& volume, StartWhat what,
                  const Instances::KeepGoing& keep_going);

}  // namespace slip
