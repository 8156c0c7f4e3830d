// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/instances.h"
#include "operations/world.h"

namespace slip {

// Starts what runs on the volume (Instances::start), with the login that its container has today
// and a port for each source. Chooses others where another program takes one between the choice and
// the start. Errors: also `unavailable` (no port is free).
Result<> start_on(World& world, Instances& instances, const VolumeId& volume, StartWhat what,
                  const Instances::KeepGoing& keep_going);

}  // namespace slip
