// SPDX-License-Identifier: Apache-2.0
#include "server/http/target.h"

#include <algorithm>

#include "server/http/encoding.h"

namespace slip::http {
namespace {

// Calls `each` with the parts between separators.
template <class Each>
Result<> for_each_part(std::string_view text, char separator, Each each) {
  while (true) {
    const auto end = std::min(text.find(separator), text.size());
    TRY(each(text.substr(0, end)));
    if (end == text.size()) return {};
    text.remove_prefix(end + 1);
  }
}

Result<> read_path(std::string_view text, std::vector<std::string>& path) {
  const auto add = [&](std::string_view part) -> Result<> {
    path.push_back(TRY(percent_decode(part, Plus::is_plus)));
    return {};
  };
  TRY(for_each_part(text.substr(1), '/', add));
  if (path.back().empty()) path.pop_back();
  return {};
}

Result<> read_query(std::string_view text, std::multimap<std::string, std::string>& query) {
  return for_each_part(text, '&', [&](std::string_view part) -> Result<> {
    if (part.empty()) return {};
    const auto equals = std::min(part.find('='), part.size());
    std::string name = TRY(percent_decode(part.substr(0, equals), Plus::is_space));
    const auto value = equals == part.size() ? std::string_view() : part.substr(equals + 1);
    query.emplace(std::move(name), TRY(percent_decode(value, Plus::is_space)));
    return {};
  });
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (text.empty() || text[0] != '/') {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the request's address does not begin with a slash"};
  }
  Target target;
  const auto question = std::min(text.find('?'), text.size());
  TRY(read_path(text.substr(0, question), target.path));
  if (question < text.size()) TRY(read_query(text.substr(question + 1), target.query));
  return target;
}

}  // namespace slip::http
