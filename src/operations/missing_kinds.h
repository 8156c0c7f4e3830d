// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "operations/world.h"

namespace slip {

// A sentence for each source whose kind nothing here can carry out any more: the file that defined
// it is gone, or cannot be read.
Result<std::vector<std::string>> missing_kinds(World& world);

}  // namespace slip
