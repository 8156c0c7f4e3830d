// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/source.h"

namespace slip {

// What the programs of one source may use at most. Nothing: what the machine's size allows.
struct RunLimits {
  std::optional<std::int64_t> memory_bytes = {};
  std::optional<std::int64_t> processes = {};   // threads included
  std::optional<std::int64_t> cpu_weight = {};  // beside others' 100
  std::optional<std::int64_t> open_files = {};  // of each process

  bool operator==(const RunLimits&) const = default;
};
BOOST_DESCRIBE_STRUCT(RunLimits, (), (memory_bytes, processes, cpu_weight, open_files))

// "512MiB", "2GB", "2G": in steps of 1024; nothing: it is no size.
std::optional<std::int64_t> size_in_bytes(std::string_view text);

// Errors: `invalid_argument`, naming the member that is out of its bounds and what these are.
Result<> check_limits(const RunLimits& limits);

// Of each the smaller one.
RunLimits tighter(const RunLimits& one, const RunLimits& other);

// How the programs of a source are kept, whatever its kind: settings that every kind knows.
struct RunSettings {
  enum class Network {
    branch,  // the sources of a branch reach each other, and nothing else
    host,    // they reach what this machine reaches, its loopback included
  };
  Network network = Network::branch;
  RunLimits limits = {};
};

inline constexpr std::string_view known_run_settings =
    "network, limit.memory, limit.processes, limit.cpu_weight, limit.open_files";

// False if the key is none of these. Errors: `invalid_argument` (the value).
Result<bool> read_run_setting(RunSettings& settings, const std::string& key,
                              const std::string& value);

// Errors: `invalid_argument`.
Result<RunSettings> run_settings(const SourceConfig& config);

}  // namespace slip
