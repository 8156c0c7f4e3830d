// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace slip {

// Fails with `already_exists`, naming both, where the other's name is the same or looks it.
// `what` is "bookmark", "container".
Result<> check_names_differ(std::string_view what, std::string_view name, std::string_view other,
                            std::string_view hint);

// The same for every one of `others` but the one that is to have the name.
template <class Record, class RecordId>
Result<> check_name_free(std::string_view what, const std::vector<Record>& others,
                         std::string_view name, const RecordId& of,
                         std::string_view hint = "Choose another name, or rename that one.") {
  for (const auto& other : others) {
    if (other.id != of) TRY(check_names_differ(what, name, other.name, hint));
  }
  return {};
}

}  // namespace slip
