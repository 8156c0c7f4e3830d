// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/packing.h"

namespace slip {

Packing packing_of(std::string_view head) {
  using namespace std::string_view_literals;
  for (const auto magic :
       {"\x1f\x8b"sv, "\x28\xb5\x2f\xfd"sv, "\xfd\x37zXZ\0"sv, "\x04\x22\x4d\x18"sv}) {
    if (head.starts_with(magic)) return Packing::compressed;
  }
  if (head.starts_with("BZh")) return Packing::bzip2;
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) return Packing::utf16;
  return Packing::none;
}

std::vector<std::string> unpacker(Packing packing, const std::filesystem::path& to) {
  const auto into_file = [&](const std::string& program) {
    return std::vector<std::string>{"sh", "-c", "exec " + program + " >\"$0\"", to.string()};
  };
  if (packing == Packing::bzip2) return into_file("bzip2 --decompress --stdout");
  if (packing == Packing::utf16) return into_file("iconv --from-code=UTF-16 --to-code=UTF-8");
  return into_file("zstd --decompress --quiet --stdout");
}

}  // namespace slip
