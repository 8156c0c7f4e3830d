// SPDX-License-Identifier: Apache-2.0
#include "operations/name_free.h"

#include <fmt/format.h>

#include "domain/name.h"

namespace slip {

Result<> check_names_differ(std::string_view what, std::string_view name, std::string_view other,
                            std::string_view hint) {
  if (name == other) {
    return Error{.code = ErrorCode::already_exists,
                 .message = fmt::format("a {} called \"{}\" exists already", what, name),
                 .hint = std::string(hint)};
  }
  if (!look_alike(name, other)) return {};
  return Error{
      .code = ErrorCode::already_exists,
      .message = fmt::format("the name \"{}\" looks like that of the {} \"{}\"", name, what, other),
      .hint = "Choose one that nobody takes for the other."};
}

}  // namespace slip
