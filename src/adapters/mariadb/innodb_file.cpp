// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/innodb_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "adapters/mariadb/big_endian.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace {

constexpr std::size_t kReadBytes = 16 << 10;  // all that is asked for, whatever the page size
constexpr std::size_t kPageAt = 4;
constexpr std::size_t kTypeAt = 24;
constexpr std::size_t kSpaceAt = 34;
constexpr std::size_t kPagesAt = 46;
constexpr std::size_t kFlagsAt = 54;
constexpr std::uint64_t kHeadOfTablespace = 8;

// Flags of either form: the logarithm of the page size, less 9; 0 in the older one is 16 KiB.
constexpr std::uint32_t kNewerForm = 1 << 4;
constexpr std::uint32_t kEncryptedInMysql = 1 << 13;

std::uint32_t page_size_of(std::uint32_t flags) {
  const std::uint32_t size = (flags & kNewerForm) != 0 ? flags & 15U : flags >> 6U & 15U;
  return size == 0 ? 16 << 10 : 512U << size;
}

// MariaDB notes behind the head how it encrypts: "[mark 6][scheme 1]", the scheme is 0 where it
// does not.
bool is_encrypted_by_mariadb(std::string_view head) {
  constexpr std::string_view mark("s\x0e\x0cREt", 6);
  const auto at = head.find(mark, kFlagsAt);
  return at != std::string_view::npos && at + mark.size() < head.size() &&
         head[at + mark.size()] != 0;
}

}  // namespace

Result<std::optional<InnodbFile>> read_innodb_file(const Directory& directory,
                                                   const std::filesystem::path& name) {
  const UniqueFd file = TRY(directory.open_file(name));
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return error_from_errno(errno, "look at " + name.string());
  std::array<char, kReadBytes> bytes;
  const ssize_t got = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (got < 0) return error_from_errno(errno, "read " + name.string());
  const std::string_view head(bytes.data(), static_cast<std::size_t>(got));
  if (head.size() < kFlagsAt + 4) return std::optional<InnodbFile>();
  InnodbFile found{.bytes = static_cast<std::uint64_t>(about.st_size),
                   .is_blank = std::ranges::all_of(head, [](char c) { return c == 0; }),
                   .page = static_cast<std::uint32_t>(big_endian(head, kPageAt, 4)),
                   .space = static_cast<std::uint32_t>(big_endian(head, kSpaceAt, 4)),
                   .is_head = false};
  found.is_head = found.page == 0 && big_endian(head, kTypeAt, 2) == kHeadOfTablespace;
  if (!found.is_head) return std::optional(found);
  const auto flags = static_cast<std::uint32_t>(big_endian(head, kFlagsAt, 4));
  found.pages = static_cast<std::uint32_t>(big_endian(head, kPagesAt, 4));
  found.page_size = page_size_of(flags);
  found.is_encrypted = is_encrypted_by_mariadb(head) ||
                       ((flags & kNewerForm) == 0 && (flags & kEncryptedInMysql) != 0);
  return std::optional(found);
}

// MariaDB says it in the first bit of the log's form. MySQL has the key in the third block: a mark
// of which the last letter says how the key is kept.
Result<bool> is_encrypted_log(const Directory& directory, const std::filesystem::path& name) {
  constexpr std::size_t block = 512;
  const UniqueFd file = TRY(directory.open_file(name));
  std::array<char, 4 * block> bytes;
  const ssize_t got = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (got < 0) return error_from_errno(errno, "read " + name.string());
  const std::string_view head(bytes.data(), static_cast<std::size_t>(got));
  if (head.size() < bytes.size()) return false;
  if ((static_cast<unsigned char>(head[0]) & 0x80U) != 0) return true;
  const std::string_view key = head.substr(2 * block);
  return std::ranges::any_of(std::array{"lCA", "lCB", "lCC"}, [&](const char* mark) {
    return key.find(mark) != std::string_view::npos;
  });
}

}  // namespace slip::mariadb
