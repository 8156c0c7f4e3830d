// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "operations/planning.h"

namespace slip {

// Containers whose password somebody may know who has no right to it any more, or nobody knows.
Result<std::vector<ContainerId>> due_login_renewals(World& world);

}  // namespace slip
