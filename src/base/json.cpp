// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

namespace slip {

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code failed;
  json::value value = json::parse({text.data(), text.size()}, failed, {}, options);
  if (failed) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = failed == json::error::too_deep
                                ? "the JSON is nested too deeply"
                                : "this is not JSON: " + failed.message(),
                 .hint = "Send one JSON object in UTF-8, at most 32 levels deep."};
  }
  return value;
}

}  // namespace slip
