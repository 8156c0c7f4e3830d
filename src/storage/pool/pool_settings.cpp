// SPDX-License-Identifier: Apache-2.0
#include "storage/pool/pool_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "storage/pool/driver_list.h"

namespace slip {
namespace {

// Where the driver is chosen automatically it may turn out to be any.
const DriverOption* find_option(const std::string& driver, std::string_view name) {
  for (const DriverEntry& entry : drivers()) {
    if (driver != kAutomaticDriver && driver != entry.name) continue;
    const auto found = std::ranges::find(entry.options, name, &DriverOption::name);
    if (found != entry.options.end()) return &*found;
  }
  return nullptr;
}

Result<> add_option(PoolSettings& settings, const std::string& word) {
  const auto refuse = [&](const std::string& why) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("the pool's option \"{}\": {}", word, why)};
  };
  const auto equals = word.find('=');
  if (equals == std::string::npos) return refuse("write it as NAME=VALUE");
  const std::string name = word.substr(0, equals);
  const std::string value = word.substr(equals + 1);
  const DriverOption* option = find_option(settings.driver, name);
  if (option == nullptr) {
    return refuse(fmt::format("the driver \"{}\" has no option \"{}\"", settings.driver, name));
  }
  if (std::ranges::find(option->values, value) == option->values.end()) {
    return refuse(fmt::format("it is one of {}", fmt::join(option->values, ", ")));
  }
  if (!settings.options.emplace(name, value).second) return refuse("it is given twice");
  return {};
}

}  // namespace

PoolSettings default_pool(const std::filesystem::path& data) {
  return {.place = (data / "pool").string()};
}

Result<PoolSettings> read_pool_settings(const PoolWords& words, const std::filesystem::path& data) {
  PoolSettings settings = default_pool(data);
  settings.driver = words.driver;
  if (words.driver != kAutomaticDriver && find_driver(words.driver) == nullptr) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "there is no storage driver \"" + words.driver + "\""};
  }
  if (words.gigabytes > 0) settings.size = static_cast<std::int64_t>(words.gigabytes * 1e9);
  for (const auto& option : words.options) TRY(add_option(settings, option));
  return settings;
}

}  // namespace slip
