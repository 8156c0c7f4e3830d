// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/result.h"

// toml++, as this project uses it: header only, since Debian's library is built for exceptions, and
// without ending the program. The library asserts where it meets texts that it did not expect ("[#"
// in 3.3); TOML_ASSERT is its own means of changing what happens then.
namespace slip::detail {
[[noreturn]] inline void give_up_on_toml(const char* does_not_hold) {
  throw std::logic_error(does_not_hold);
}
}  // namespace slip::detail

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ASSERT(holds) \
  (static_cast<bool>(holds) ? static_cast<void>(0) : ::slip::detail::give_up_on_toml(#holds))
#include <toml++/toml.h>

namespace slip {

// Reads a text; `name` is its file's, for messages. Errors: `invalid_argument`, which says in which
// line, where that is known.
Result<toml::table> parse_toml(std::string_view text, const std::string& name);

}  // namespace slip
