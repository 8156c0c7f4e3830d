// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "ports/adapter.h"

namespace slip::files {

// ${port}, ${directory} and ${NAME.KEY} of a run section.

// Fails with `invalid_argument` at a variable that no instance can have.
Result<> check_variables(const std::string& text);

// The text with every variable replaced. Fails with `invalid_argument` at one that is not known
// here, and says which are.
Result<std::string> substitute(const std::string& text, const InstanceContext& instance);

}  // namespace slip::files
