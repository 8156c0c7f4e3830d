// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ports/adapter.h"
#include "ports/clock.h"
#include "ports/runtime.h"
#include "ports/secrets.h"
#include "ports/storage_driver.h"

namespace slip {

// Ids of users, and of their groups of the same number.
struct IdRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// What an administrator may decide about how a machine runs things.
struct MachineSettings {
  // Container n runs as user `first` + n, what belongs to no container as `first`. Nothing: all as
  // one user.
  std::optional<IdRange> container_users = {};
  Duration ready_patience = std::chrono::seconds(60);   // until a started source must answer
  Duration replay_patience = std::chrono::minutes(15);  // the same, where it has to replay a log
};

// What one machine acts with: the ports, but for the catalog. Whoever acts here is told what a
// volume is (VolumeSpec), and looks nothing up.
struct Machine {
  StorageDriver& storage;
  std::map<std::string, std::shared_ptr<Adapter>> adapters;  // by kind
  Runtime& runtime;
  Endpoints& endpoints;
  Clock& clock;
  Secrets& secrets;
  MachineSettings machine_settings = {};

  // Fails with `unsupported`, naming the kinds there are.
  Result<Adapter*> adapter(const std::string& kind) const;
};

// The number of what belongs to no container: sources, and templates that are being made ready.
inline constexpr std::uint32_t kNobodys = 0;

// Whom programs run as on data of the container with that number; nothing: all as one user. Errors:
// `unavailable` (there are fewer users).
Result<std::optional<std::uint32_t>> own_user(const Machine& machine, std::uint32_t number);

}  // namespace slip
