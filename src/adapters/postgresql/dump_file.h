#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace slip::postgresql {

enum class DumpFormat {
  plain,
  custom,
  directory,
  tar,
  compressed,  // by what zstd unpacks: gzip, zstd, xz, lz4
  bzip2,
  utf16,  // plain, as a shell may have written it that recodes what goes through it
};

// What pg_dump made, told by its content. Errors: `not_found`, `permission_denied`,
// `invalid_argument` (empty, or none of these).
Result<DumpFormat> detect_format(const std::filesystem::path& path);

// The major version of the pg_dump from which on there are archives like this one; nothing where
// every one that is to be had makes such, and of what is no archive.
std::optional<int> archive_made_by(const std::filesystem::path& path, DumpFormat format);

// Walks a tar dump's entries to its end mark, since pg_restore takes one that ends in the middle
// for whole. Errors: `invalid_argument`.
Result<> check_tar(const std::filesystem::path& path);

}  // namespace slip::postgresql
