#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"

namespace slip::postgresql {

enum class DumpFormat { plain, custom, directory, tar, compressed };

// What pg_dump made, told by its content. Errors: `not_found`, `permission_denied`,
// `invalid_argument` (empty, or none of these).
Result<DumpFormat> detect_format(const std::filesystem::path& path);

// Walks a tar dump's entries to its end mark, since pg_restore takes one that ends in the middle
// for whole. Errors: `invalid_argument`.
Result<> check_tar(const std::filesystem::path& path);

// What a plain dump needs around it, and whether it is whole.
struct PlainDump {
  std::optional<int> origin_major;       // "-- Dumped from database version 15.3"
  std::set<std::string> roles;           // owners and grantees it names and does not create
  std::set<std::string> databases_made;  // by CREATE DATABASE
};
// Reads it once, line by line. Errors: `invalid_argument` (it ends in the middle).
Result<PlainDump> scan_plain(const std::filesystem::path& path);

}  // namespace slip::postgresql
