// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/dump_file.h"

#include <sys/stat.h>

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

Result<std::string> first_bytes(const fs::path& file_or_pipe, const fs::path& path) {
  std::ifstream file(file_or_pipe, std::ios::binary);
  if (!file) return error_from_errno(errno, "open the dump " + path.string());
  std::string head(512, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  if (head.empty()) return broken(path, "is empty");
  return head;
}

// The first bytes of a file.
Result<std::string> read_head(const fs::path& path) {
  std::error_code failed;
  // One that is read from a pipe may never end.
  if (fs::exists(path, failed) && !fs::is_regular_file(path, failed)) {
    return broken(path, "is neither a file nor a folder");
  }
  return first_bytes(path, path);
}

}  // namespace

Result<Packing> detect_packing(const fs::path& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) return Packing::none;
  return packing_of(TRY(read_head(path)));
}

namespace {

Result<DumpFormat> format_of(const std::string& head, const fs::path& path) {
  if (head.starts_with("PGDMP")) return DumpFormat::custom;
  if (head.size() > 262 && head.compare(257, 5, "ustar") == 0) return DumpFormat::tar;
  if (head.find('\0') != std::string::npos || packing_of(head) != Packing::none) {
    return broken(path, "is in none of pg_dump's formats (plain, custom, directory, tar)");
  }
  return DumpFormat::plain;
}

}  // namespace

Result<DumpFormat> detect_format(const fs::path& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) {
    if (fs::exists(path / "toc.dat", failed)) return DumpFormat::directory;
    return broken(path, "is a directory without a toc.dat, so not of pg_dump");
  }
  return format_of(TRY(read_head(path)), path);
}

Result<DumpFormat> detect_format_of_stream(const fs::path& stream, const fs::path& path) {
  return format_of(TRY(first_bytes(stream, path)), path);
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

std::optional<Written> last_written(const fs::path& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  return Written{.size = about.st_size,
                 .at_ns = about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec};
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
