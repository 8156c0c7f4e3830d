// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/rights.h"

namespace slip::mariadb {

namespace {

struct Grant {
  std::set<std::string> rights;
  std::string scope;  // "*.*", "`name`.*", "`name`.`table`"
};

// From "GRANT SELECT, SHOW VIEW ON `shop`.* TO `me`@`%`"; no rights for a line of another form.
Grant read_grant(const std::string& line) {
  constexpr std::string_view begin = "GRANT ";
  const auto on = line.find(" ON ");
  const auto to = line.find(" TO ", on == std::string::npos ? 0 : on);
  if (!line.starts_with(begin) || on == std::string::npos || to == std::string::npos) return {};
  Grant grant{.rights = {}, .scope = line.substr(on + 4, to - on - 4)};
  const std::string rights = line.substr(begin.size(), on - begin.size()) + ", ";
  for (std::size_t at = 0; at < rights.size();) {
    const auto end = rights.find(", ", at);
    grant.rights.insert(rights.substr(at, end - at));
    at = end + 2;
  }
  return grant;
}

// As LIKE does: `%` and `_` stand for others unless there is a backslash before them.
bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '%') {
    for (std::size_t skip = 0; skip <= text.size(); ++skip) {
      if (matches(pattern.substr(1), text.substr(skip))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  if (pattern.front() == '\\' && pattern.size() > 1) {
    return pattern[1] == text.front() && matches(pattern.substr(2), text.substr(1));
  }
  return (pattern.front() == '_' || pattern.front() == text.front()) &&
         matches(pattern.substr(1), text.substr(1));
}

bool covers(const std::string& scope, std::string_view database) {
  if (scope == "*.*") return true;
  if (scope.size() < 4 || scope.front() != '`' || !scope.ends_with("`.*")) return false;
  std::string pattern;
  for (std::size_t at = 1; at < scope.size() - 3; ++at) {
    pattern += scope[at];
    if (scope[at] == '`') ++at;
  }
  return matches(pattern, database);
}

}  // namespace

std::set<std::string> rights_on(const std::vector<std::string>& grants, std::string_view database) {
  std::set<std::string> rights;
  for (const std::string& line : grants) {
    Grant grant = read_grant(line);
    if (covers(grant.scope, database)) rights.merge(grant.rights);
  }
  return rights;
}

bool may_read_routines(const std::vector<std::string>& grants) {
  for (const std::string& line : grants) {
    const Grant grant = read_grant(line);
    const bool on_routines = grant.scope == "`mysql`.`proc`" || covers(grant.scope, "mysql");
    if (on_routines && missing_rights(grant.rights, {"SELECT"}).empty()) return true;
  }
  return false;
}

std::string missing_rights(const std::set<std::string>& have,
                           const std::vector<std::string>& wanted) {
  std::string missing;
  if (have.contains("ALL PRIVILEGES")) return missing;
  for (const std::string& right : wanted) {
    if (!have.contains(right)) missing += (missing.empty() ? "" : ", ") + right;
  }
  return missing;
}

}  // namespace slip::mariadb
