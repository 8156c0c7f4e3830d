// SPDX-License-Identifier: Apache-2.0
#include "adapters/command/expand.h"

namespace slip::command {

namespace {

Error unknown(const std::string& name, const Variables& variables) {
  std::string known;
  for (const auto& [each, value] : variables) known += (known.empty() ? "" : ", ") + each;
  return Error{.code = ErrorCode::invalid_argument,
               .message = "there is no variable ${" + name + "}",
               .hint = "Known here: " + known + ". A dollar is written as $$."};
}

}  // namespace

Result<std::string> expand(const std::string& text, const Variables& variables) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$' || at + 1 == text.size()) {
      result += text[at++];
    } else if (text[at + 1] == '$') {
      result += '$';
      at += 2;
    } else if (text[at + 1] != '{') {
      result += text[at++];
    } else {
      const auto end = text.find('}', at);
      const std::string name = text.substr(at + 2, end == std::string::npos ? end : end - at - 2);
      const auto found = variables.find(name);
      if (end == std::string::npos || found == variables.end()) return unknown(name, variables);
      result += found->second;
      at = end + 1;
    }
  }
  return result;
}

}  // namespace slip::command
