// SPDX-License-Identifier: Apache-2.0
#include "domain/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "domain/name.h"

namespace slip {

const TemplateVersion& Template::version(int number) const {
  const auto found = std::ranges::find(versions, number, &TemplateVersion::number);
  if (found == versions.end()) std::abort();
  return *found;
}

Result<> check_sources(const std::vector<TemplateSource>& sources) {
  if (sources.empty() || sources.size() > 16) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("a template has 1 to 16 sources, not {}", sources.size())};
  }
  std::set<std::string> names;
  for (const auto& source : sources) {
    TRY(check_identifier("source name \"" + source.name + "\"", source.name));
    if (!names.insert(source.name).second) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = fmt::format("two sources are called \"{}\"", source.name)};
    }
    if (source.priority < 1 || source.priority > 100) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = fmt::format("source \"{}\": priority {} is not from 1 to 100",
                                          source.name, source.priority)};
    }
    TRY(check_hooks(source.name, source.hooks));
  }
  return {};
}

std::vector<std::string> mismatches(const TemplateVersion& ours, const TemplateVersion& theirs) {
  std::map<std::string, SourceId> left;
  for (const auto& source : ours.sources) left.emplace(source.name, source.source);
  std::vector<std::string> names;
  for (const auto& source : theirs.sources) {
    const auto found = left.find(source.name);
    if (found == left.end() || found->second != source.source) names.push_back(source.name);
    if (found != left.end()) left.erase(found);
  }
  for (const auto& [name, source] : left) names.push_back(name);
  return names;
}

SourceConfig effective_config(const Source& source, const TemplateSource& place) {
  SourceConfig config = source.config;
  for (const auto& [key, value] : place.settings) {
    config.settings[key] = value;
    config.secrets.erase(key);
  }
  for (const auto& [key, handle] : place.secrets) config.secrets[key] = handle;
  return config;
}

bool has_hooks(const TemplateVersion& version, HookMoment when) {
  return std::ranges::any_of(version.sources, [&](const TemplateSource& place) {
    return (when == HookMoment::mask && !place.subset.empty()) ||
           std::ranges::find(place.hooks, when, &Hook::when) != place.hooks.end();
  });
}

std::vector<std::vector<TemplateSource>> start_order(const TemplateVersion& version) {
  std::map<int, std::vector<TemplateSource>> groups;
  for (const auto& source : version.sources) groups[source.priority].push_back(source);
  std::vector<std::vector<TemplateSource>> order;
  for (auto& [priority, group] : groups) order.push_back(std::move(group));
  return order;
}

}  // namespace slip
