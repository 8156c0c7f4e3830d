// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/world.h"

namespace slip {

// What is on the volume, which is going to be started: with the login that its container has today,
// and for each source a port that is free now, the one it has where possible. Errors: `unavailable`
// (none is free).
Result<VolumeSpec> spec_to_start(World& world, const VolumeId& volume);

// Starts that (Host::start). Errors: of both.
Result<> start_on(World& world, const VolumeId& volume, StartWhat what,
                  const KeepGoing& keep_going);

}  // namespace slip
