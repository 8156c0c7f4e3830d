// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/dialect.h"

#include <charconv>

namespace slip::mariadb {

std::optional<Series> find_series(std::string_view text) {
  Series series;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, series.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
  if (std::from_chars(major.ptr + 1, end, series.minor).ec != std::errc()) return std::nullopt;
  return series;
}

const Dialect& dialect_of(std::string_view server_version) {
  const bool is_mariadb = server_version.find("MariaDB") != std::string_view::npos;
  return is_mariadb ? mariadb_dialect() : mysql_dialect();
}

}  // namespace slip::mariadb
