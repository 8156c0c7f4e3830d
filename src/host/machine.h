// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ports/clock.h"
#include "ports/host.h"
#include "ports/kinds.h"
#include "ports/runtime.h"
#include "ports/secrets.h"
#include "ports/storage_driver.h"

namespace slip {

// What an administrator may decide about how a machine runs things.
struct MachineSettings {
  std::optional<IdRange> container_users = {};          // as HostInfo's
  Duration ready_patience = std::chrono::seconds(60);   // until a started source must answer
  Duration replay_patience = std::chrono::minutes(15);  // the same, where it has to replay a log
};

// What one machine acts with: the ports, but for the catalog. Whoever acts here is told what a
// volume is (VolumeSpec), and looks nothing up.
struct Machine {
  StorageDriver& storage;
  AdaptersByKind adapters;
  Runtime& runtime;
  Endpoints& endpoints;
  Clock& clock;
  Secrets& secrets;
  MachineSettings machine_settings = {};

  Result<Adapter*> adapter(const std::string& kind) const { return find_adapter(adapters, kind); }
  HostInfo info() const {
    return {.runtime = runtime.info(), .container_users = machine_settings.container_users};
  }
};

}  // namespace slip
