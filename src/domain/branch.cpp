// SPDX-License-Identifier: Apache-2.0
#include "domain/branch.h"

#include <algorithm>

namespace slip {

std::optional<bool> Point::exact() const {
  const auto is_known = [](const auto& one) { return one.second.lacks.has_value(); };
  const auto lacks = [&](const auto& one) { return is_known(one) && !one.second.lacks->empty(); };
  if (std::ranges::any_of(positions, lacks)) return false;
  if (positions.empty() || !std::ranges::all_of(positions, is_known)) return std::nullopt;
  return true;
}

}  // namespace slip
