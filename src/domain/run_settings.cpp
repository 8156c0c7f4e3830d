// SPDX-License-Identifier: Apache-2.0
#include "domain/run_settings.h"

#include <fmt/format.h>

#include <charconv>

namespace slip {
namespace {

constexpr std::string_view limit_prefix = "limit.";
constexpr std::int64_t kibibyte = 1024;

// What can be asked for: less than the first lets no server start.
struct Bounds {
  std::int64_t least;
  std::int64_t most;
};
constexpr Bounds memory_bounds{std::int64_t{16} << 20, std::int64_t{1} << 50};
constexpr Bounds process_bounds{16, 1 << 20};
constexpr Bounds weight_bounds{1, 10'000};  // of cgroups
constexpr Bounds file_bounds{64, 1 << 20};

Error invalid(std::string message) {
  return Error{.code = ErrorCode::invalid_argument, .message = std::move(message)};
}

// "512MiB", "2G": in steps of 1024; without a unit, 1.
std::optional<std::int64_t> unit_of(std::string_view text) {
  if (text.empty() || text == "B") return 1;
  std::int64_t unit = kibibyte;
  for (const char letter : {'K', 'M', 'G', 'T'}) {
    if (text[0] == letter) {
      const auto rest = text.substr(1);
      return rest.empty() || rest == "B" || rest == "iB" ? std::optional(unit) : std::nullopt;
    }
    unit *= kibibyte;
  }
  return std::nullopt;
}

enum class Counts { things, bytes };

Result<std::int64_t> read_number(const std::string& key, const std::string& value, Bounds bounds,
                                 Counts counts = Counts::things) {
  std::int64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, failed] = std::from_chars(value.data(), end, number);
  const auto unit = unit_of({rest, end});
  const bool has_unit = rest != end;
  const bool is_number = failed == std::errc() && unit && (!has_unit || counts == Counts::bytes);
  std::int64_t product = 0;
  if (!is_number || __builtin_mul_overflow(number, unit.value_or(1), &product) ||
      product < bounds.least || product > bounds.most) {
    return invalid(counts == Counts::bytes
                       ? fmt::format("{} is a size from {} MiB on, such as 2GiB, and not \"{}\"",
                                     key, bounds.least >> 20, value)
                       : fmt::format("{} is a whole number from {} to {}, and not \"{}\"", key,
                                     bounds.least, bounds.most, value));
  }
  return product;
}

Result<bool> read_limit(RunLimits& limits, const std::string& key, const std::string& value) {
  const std::string_view what = std::string_view(key).substr(limit_prefix.size());
  if (what == "memory") {
    limits.memory_bytes = TRY(read_number(key, value, memory_bounds, Counts::bytes));
  } else if (what == "processes") {
    limits.processes = TRY(read_number(key, value, process_bounds));
  } else if (what == "cpu_weight") {
    limits.cpu_weight = TRY(read_number(key, value, weight_bounds));
  } else if (what == "open_files") {
    limits.open_files = TRY(read_number(key, value, file_bounds));
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<bool> read_run_setting(RunSettings& settings, const std::string& key,
                              const std::string& value) {
  if (key.starts_with(limit_prefix)) return read_limit(settings.limits, key, value);
  if (key != "network") return false;
  if (value != "branch" && value != "host") return invalid("network is branch or host");
  settings.network = value == "host" ? RunSettings::Network::host : RunSettings::Network::branch;
  return true;
}

Result<RunSettings> run_settings(const SourceConfig& config) {
  RunSettings settings;
  for (const auto& [key, value] : config.settings) {
    TRY(read_run_setting(settings, key, value));
  }
  return settings;
}

}  // namespace slip
