// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace slip::mariadb {

// A release series: 10.11. Data files of one series are read by later ones, not by earlier ones.
struct Series {
  int major = 0;
  int minor = 0;

  auto operator<=>(const Series&) const = default;
  std::string text() const { return std::to_string(major) + "." + std::to_string(minor); }
};
// From "10.11" or "10.11.6-MariaDB"; nothing if it does not begin with two numbers.
std::optional<Series> find_series(std::string_view text);

}  // namespace slip::mariadb
