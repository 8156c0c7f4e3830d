// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace slip::mariadb {

// A binary log's numbers; 0 where the bytes end before.
inline std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < bytes.size() && at < 8; ++at) {
    number |= std::uint64_t{static_cast<unsigned char>(bytes[at])} << (8 * at);
  }
  return number;
}

inline std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t length) {
  return at + length <= bytes.size() ? little_endian(bytes.substr(at, length)) : 0;
}

}  // namespace slip::mariadb
