// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace slip::mariadb {

// InnoDB's numbers; 0 where the bytes end before.
inline std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint64_t number = 0;
  if (at + length > bytes.size()) return 0;
  for (const char c : bytes.substr(at, length)) {
    number = number << 8U | static_cast<unsigned char>(c);
  }
  return number;
}

}  // namespace slip::mariadb
