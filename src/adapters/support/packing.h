// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace slip {

// How a dump is packed: what has to be undone to get text that can be loaded.
enum class Packing {
  none,
  compressed,  // by what zstd unpacks: gzip, zstd, xz, lz4
  bzip2,
  utf16,  // as a shell writes it that recodes what goes through it
};

// Told by the first bytes of a file.
Packing packing_of(std::string_view head);

// The program that writes to a new file `to` what it makes of its standard input.
std::vector<std::string> unpacker(Packing packing, const std::filesystem::path& to);

}  // namespace slip
