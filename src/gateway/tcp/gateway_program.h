// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace slip {

// The gateway as a process of its own, which was given the connection to the daemon that has
// started it, and the bound socket where the next ones come: their numbers, as "5,6". Returns when
// it is no longer needed. Errors: `invalid_argument`, `unsupported`, `internal`.
Result<> run_gateway(const std::string& sockets, const std::string& version);

}  // namespace slip
