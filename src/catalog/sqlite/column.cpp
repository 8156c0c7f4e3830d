// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/column.h"

namespace slip::sqlite {

Result<json::value> parse_stored(const std::string& text) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  options.max_depth = 64;
  boost::system::error_code failed;
  json::value value = json::parse(text, failed, {}, options);
  if (failed) return unreadable("JSON");
  return value;
}

}  // namespace slip::sqlite
