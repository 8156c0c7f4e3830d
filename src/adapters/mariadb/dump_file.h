#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "adapters/mariadb/login.h"
#include "base/result.h"

namespace slip::mariadb {

enum class DumpFormat { plain, compressed };

// Told by its content. Errors: `not_found`, `permission_denied`, `invalid_argument` (empty, or
// neither).
Result<DumpFormat> detect_format(const std::filesystem::path& path);

// What a plain dump needs around it, and what it says of its origin.
struct DumpContent {
  std::set<Account> definers;            // of its views, triggers, events and routines
  std::set<std::string> databases_made;  // by CREATE DATABASE
  std::string gtid;                      // of its origin; empty if not noted
  std::string binlog_position;           // "binlog.000002:4005"; empty if not noted
};
// Reads it once, line by line. Errors: `invalid_argument` (it ends in the middle).
Result<DumpContent> scan_dump(const std::filesystem::path& path);

}  // namespace slip::mariadb
