// SPDX-License-Identifier: Apache-2.0
#include "adapters/command/places.h"

#include "ports/confinement.h"

namespace slip::command {

Variables names_of(const KindFile& kind) {
  return variables_of(kind, {});
}

Variables variables_of(const KindFile& kind, const Place& place) {
  const std::filesystem::path top = place.is_shown_at_home ? kHome : place.directory.string();
  Variables variables = {{"data", (top / kData).string()},
                         {"run", (top / kRun).string()},
                         {"told", place.trusted.string()},
                         {"port", std::to_string(place.port)},
                         {"login", place.login.user},
                         {"password", place.login.password},
                         {"look", place.purpose == Purpose::look ? kind.look : std::string()}};
  for (const auto& [name, value] : kind.defaults) {
    variables["setting." + name] = place.config.setting(name).value_or(value);
  }
  return variables;
}

Result<std::map<std::string, std::string>> environment(const Program& program,
                                                       const Variables& variables) {
  std::map<std::string, std::string> env = {
      {"LOGIN", variables.at("login")}, {"PASSWORD", variables.at("password")},
      {"PORT", variables.at("port")},   {"DATA", variables.at("data")},
      {"RUN", variables.at("run")},     {"TOLD", variables.at("told")}};
  for (const auto& [name, value] : program.env) env[name] = TRY(expand(value, variables));
  return env;
}

}  // namespace slip::command
