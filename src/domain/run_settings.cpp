// SPDX-License-Identifier: Apache-2.0
#include "domain/run_settings.h"

#include <fmt/format.h>

#include <algorithm>
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

Error wrong_limit(std::string message) {
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

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_one = failed == std::errc() && rest == text.data() + text.size();
  return is_one ? std::optional(number) : std::nullopt;
}

enum class Counts { things, bytes };

Error out_of_bounds(std::string_view name, Bounds bounds, Counts counts, const std::string& value) {
  return wrong_limit(counts == Counts::bytes
                         ? fmt::format("{} is a size from {} MiB on, such as 2GiB, and not {}",
                                       name, bounds.least >> 20, value)
                         : fmt::format("{} is a whole number from {} to {}, and not {}", name,
                                       bounds.least, bounds.most, value));
}

Result<std::int64_t> read_number(const std::string& key, const std::string& value, Bounds bounds,
                                 Counts counts = Counts::things) {
  const auto number = counts == Counts::bytes ? size_in_bytes(value) : whole_number(value);
  if (!number || *number < bounds.least || *number > bounds.most) {
    return out_of_bounds(key, bounds, counts, "\"" + value + "\"");
  }
  return *number;
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

Result<> check_number(const char* name, const std::optional<std::int64_t>& number, Bounds bounds,
                      Counts counts = Counts::things) {
  if (!number || (*number >= bounds.least && *number <= bounds.most)) return {};
  return out_of_bounds(name, bounds, counts, std::to_string(*number));
}

std::optional<std::int64_t> smaller(const std::optional<std::int64_t>& one,
                                    const std::optional<std::int64_t>& other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

}  // namespace

std::optional<std::int64_t> size_in_bytes(std::string_view text) {
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  const auto number = whole_number(digits);
  const auto unit = unit_of(text.substr(digits.size()));
  std::int64_t product = 0;
  const bool fits = number && unit && !__builtin_mul_overflow(*number, *unit, &product);
  return fits ? std::optional(product) : std::nullopt;
}

Result<> check_limits(const RunLimits& limits) {
  TRY(check_number("memory_bytes", limits.memory_bytes, memory_bounds, Counts::bytes));
  TRY(check_number("processes", limits.processes, process_bounds));
  TRY(check_number("cpu_weight", limits.cpu_weight, weight_bounds));
  return check_number("open_files", limits.open_files, file_bounds);
}

RunLimits tighter(const RunLimits& one, const RunLimits& other) {
  return {.memory_bytes = smaller(one.memory_bytes, other.memory_bytes),
          .processes = smaller(one.processes, other.processes),
          .cpu_weight = smaller(one.cpu_weight, other.cpu_weight),
          .open_files = smaller(one.open_files, other.open_files)};
}

Result<bool> read_run_setting(RunSettings& settings, const std::string& key,
                              const std::string& value) {
  if (key.starts_with(limit_prefix)) return read_limit(settings.limits, key, value);
  if (key != "network") return false;
  if (value != "branch" && value != "host") return wrong_limit("network is branch or host");
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
