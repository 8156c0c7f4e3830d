// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slip::http {

// A request target taken apart: "/a%20b/c/?x=1" is {{"a b","c"}, {x: "1"}}. A slash that came
// encoded stays inside its segment; a trailing slash is dropped.
struct Target {
  std::vector<std::string> path;
  std::multimap<std::string, std::string> query;
};

// Takes the origin form ("/path?query") only. Fails with `invalid_argument`.
Result<Target> parse_target(std::string_view text);

}  // namespace slip::http
