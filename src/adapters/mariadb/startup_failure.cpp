// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/startup_failure.h"

#include <algorithm>
#include <regex>

#include "base/words_in.h"

namespace slip::mariadb {

namespace {

// Where MySQL keeps what SET PERSIST was given, as JSON.
constexpr const char* kPersisted = "data/mysqld-auto.cnf";

bool is_persisted(const Layout& layout, const std::string& name) {
  const auto text = read_if_there(*layout.top, kPersisted, 1 << 20);
  return text && *text && (*text)->find("\"" + name + "\"") != std::string::npos;
}

bool is_of_template(const Settings& settings, const std::string& name) {
  return std::ranges::any_of(settings.conf, [&](const auto& one) {
    std::string known = one.first;
    std::ranges::replace(known, '-', '_');
    return known == name || known == "loose_" + name;
  });
}

Error about_setting(const Layout& layout, const Settings& settings, std::string name,
                    const std::string& words) {
  std::ranges::replace(name, '-', '_');
  Error error{.code = ErrorCode::failed,
              .message = "the server does not start with the setting " + name + ": " + words};
  if (is_persisted(layout, name)) {
    error.hint =
        "It was set in the branch itself (SET PERSIST): restore to a point before that, or undo.";
  } else if (is_of_template(settings, name)) {
    error.hint = "It is a setting of the source or the template: change conf." + name + " there.";
  } else {
    error.hint = "Give it another value in the source or the template: conf." + name + ".";
  }
  return error;
}

}  // namespace

std::optional<Error> what_is_in_the_way(const Layout& layout, const Settings& settings,
                                        const std::string& said) {
  static const std::regex own_table(
      "Table '(mysql\\.[A-Za-z0-9_]+)' doesn't exist|(Failed to initialize DD Storage Engine)");
  static const std::regex unknown("unknown (?:variable|option) '-*([A-Za-z0-9_-]+)(?:=[^']*)?'");
  if (said.find("Aborting") == std::string::npos) return std::nullopt;
  if (const auto found = words_in(said, unknown)) {
    return about_setting(layout, settings, found->at(1), "this server knows no such setting");
  }
  if (said.find("Cannot allocate memory for the buffer pool") != std::string::npos) {
    return about_setting(layout, settings, "innodb_buffer_pool_size",
                         "there is not so much memory for it");
  }
  const auto found = words_in(said, own_table);
  if (!found) return std::nullopt;
  return Error{.code = ErrorCode::failed,
               .message = "the server's own tables are not all there" +
                          (found->at(1).empty() ? std::string() : " (" + found->at(1) + ")"),
               .hint = "Somebody has dropped them: restore to a point before that, or undo."};
}

}  // namespace slip::mariadb
