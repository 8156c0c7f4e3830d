#include "adapters/postgresql/dump_file.h"

#include <charconv>
#include <fstream>

#include "base/system_error.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

Error broken(const fs::path& path, const std::string& why) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the dump " + path.string() + " " + why};
}

}  // namespace

Result<DumpFormat> detect_format(const fs::path& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) {
    if (fs::exists(path / "toc.dat", failed)) return DumpFormat::directory;
    return broken(path, "is a directory without a toc.dat, so not of pg_dump");
  }
  // One that is read from a pipe may never end.
  if (!failed && fs::exists(path, failed) && !fs::is_regular_file(path, failed)) {
    return broken(path, "is neither a file nor a folder");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return error_from_errno(errno, "open the dump " + path.string());
  std::string head(512, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  if (head.empty()) return broken(path, "is empty");
  if (head.starts_with("PGDMP")) return DumpFormat::custom;
  constexpr std::string_view packed[] = {"\x1f\x8b",
                                         "\x28\xb5\x2f\xfd",
                                         {"\xfd"
                                          "7zXZ\0",
                                          6},
                                         "\x04\x22\x4d\x18"};
  for (const auto magic : packed) {
    if (head.starts_with(magic)) return DumpFormat::compressed;
  }
  if (head.starts_with("BZh")) return DumpFormat::bzip2;
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) return DumpFormat::utf16;
  if (head.size() > 262 && head.compare(257, 5, "ustar") == 0) return DumpFormat::tar;
  if (head.find('\0') != std::string::npos) {
    return broken(path, "is in none of pg_dump's formats (plain, custom, directory, tar)");
  }
  return DumpFormat::plain;
}

std::optional<int> archive_made_by(const fs::path& path, DumpFormat format) {
  if (format != DumpFormat::custom && format != DumpFormat::directory &&
      format != DumpFormat::tar) {
    return std::nullopt;
  }
  std::ifstream file(format == DumpFormat::directory ? path / "toc.dat" : path, std::ios::binary);
  // The first entry of a tar is the same file, after a header of one block.
  if (format == DumpFormat::tar) file.seekg(512);
  char head[7] = {};
  if (!file.read(head, sizeof head)) return std::nullopt;
  // "PGDMP", and the archive's version: 1.14 is of 12 to 15.
  const int version = head[5] * 100 + head[6];
  if (version >= 116) return 17;
  if (version == 115) return 16;
  return std::nullopt;
}

Result<> check_tar(const fs::path& path) {
  constexpr std::streamoff block = 512;
  std::ifstream file(path, std::ios::binary);
  if (!file) return error_from_errno(errno, "open the dump " + path.string());
  std::string header(block, '\0');
  while (file.read(header.data(), block)) {
    if (header.front() == '\0') return {};
    // An entry's size, in octal, at 124; its content fills whole blocks.
    std::streamoff size = 0;
    const char* digits = header.data() + 124;
    while (*digits == ' ') ++digits;
    if (std::from_chars(digits, header.data() + 136, size, 8).ec != std::errc()) break;
    file.seekg((size + block - 1) / block * block, std::ios::cur);
  }
  return broken(path, "is broken: it ends in the middle");
}

}  // namespace slip::postgresql
