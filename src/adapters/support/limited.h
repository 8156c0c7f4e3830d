// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "domain/source.h"
#include "ports/confinement.h"

namespace slip {

// The same confinement, in which all have the limits of the source with this configuration
// (`limit.*`): of open files as it says, of memory at least 2 GiB, of processes none, since they
// are counted with all that their user runs. Errors: `invalid_argument`.
Result<std::shared_ptr<const Confinement>> limited_by(
    const SourceConfig& config, std::shared_ptr<const Confinement> confinement);

}  // namespace slip
