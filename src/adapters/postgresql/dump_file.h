// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "adapters/support/packing.h"
#include "base/result.h"

namespace slip::postgresql {

enum class DumpFormat { plain, custom, directory, tar };

// Errors: as detect_format.
Result<Packing> detect_packing(const std::filesystem::path& path);

// What pg_dump made, unpacked, told by its content. Errors: `not_found`, `permission_denied`,
// `invalid_argument` (empty, or none of these).
Result<DumpFormat> detect_format(const std::filesystem::path& path);

// The same of what comes out of a pipe, which is of the dump at that path.
Result<DumpFormat> detect_format_of_stream(const std::filesystem::path& stream,
                                           const std::filesystem::path& path);

// The major version of the pg_dump from which on there are archives like this one; nothing where
// every version in use makes such, and of what is no archive.
std::optional<int> archive_made_by(const std::filesystem::path& path, DumpFormat format);

// What tells whether somebody has written to a file meanwhile.
struct Written {
  std::int64_t size = 0;
  std::int64_t at_ns = 0;
  bool operator==(const Written&) const = default;
};
// Nothing of what is no file, or not there.
std::optional<Written> last_written(const std::filesystem::path& path);

// Walks a tar dump's entries to its end mark, since pg_restore takes one that ends in the middle
// for whole. Errors: `invalid_argument`.
Result<> check_tar(const std::filesystem::path& path);

}  // namespace slip::postgresql
