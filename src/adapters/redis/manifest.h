// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace slip::redis {

// A file of an append-only log in parts, as its manifest names it ("file NAME seq NUMBER type i").
struct LogPart {
  enum class Type { base, increment, history };  // history: no longer needed, soon deleted
  std::string name;
  std::int64_t number = 0;
  Type type = Type::base;
};

inline constexpr std::size_t kManifestMax = 1 << 20;

// Pure. Errors: `invalid_argument` (a line that is none, a name that is no plain file's).
Result<std::vector<LogPart>> read_manifest(const std::string& text);
std::string manifest_of(const std::vector<LogPart>& parts);

}  // namespace slip::redis
