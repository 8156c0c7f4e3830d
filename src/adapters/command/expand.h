// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/result.h"

namespace slip::command {

// What can be put into the texts of a kind's file, by name: ${data}, ${setting.suffix}.
using Variables = std::map<std::string, std::string>;

// The text with its variables put in, as they are; "$$" is a dollar. Errors: `invalid_argument` (an
// unknown one, or an open brace), which names those that there are.
Result<std::string> expand(const std::string& text, const Variables& variables);

}  // namespace slip::command
