// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/substitution.h"

#include <functional>

namespace slip::files {

namespace {

Error unknown(const std::string& name, const std::string& known) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = "unknown variable ${" + name + "} in the run section",
               .hint = "Known: " + known + "."};
}

using Lookup = std::function<Result<std::string>(const std::string&)>;

Result<std::string> replace(const std::string& text, const Lookup& look_up) {
  std::string result;
  std::size_t at = 0;
  for (;;) {
    const auto begin = text.find("${", at);
    if (begin == std::string::npos) return result + text.substr(at);
    const auto end = text.find('}', begin);
    if (end == std::string::npos) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = "a variable in the run section has no closing brace"};
    }
    result += text.substr(at, begin - at) + TRY(look_up(text.substr(begin + 2, end - begin - 2)));
    at = end + 1;
  }
}

}  // namespace

Result<> check_variables(const std::string& text) {
  TRY(replace(text, [](const std::string& name) -> Result<std::string> {
    const auto dot = name.rfind('.');
    const bool of_sibling = dot != std::string::npos && dot > 0 && dot + 1 < name.size();
    if (name != "port" && name != "directory" && !of_sibling) {
      return unknown(name, "port, directory, and SOURCE.KEY such as db.URL");
    }
    return std::string();
  }));
  return {};
}

Result<std::string> substitute(const std::string& text, const InstanceContext& instance) {
  return replace(text, [&](const std::string& name) -> Result<std::string> {
    if (name == "port") return std::to_string(instance.port);
    if (name == "directory") return instance.directory.string();
    std::string known = "port, directory";
    for (const Sibling& sibling : instance.siblings) {
      for (const auto& [key, value] : sibling.env) {
        if (name == sibling.name + "." + key) return value;
        known += ", " + sibling.name + "." + key;
      }
    }
    return unknown(name, known);
  });
}

}  // namespace slip::files
