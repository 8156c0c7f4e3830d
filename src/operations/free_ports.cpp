// SPDX-License-Identifier: Apache-2.0
#include "operations/free_ports.h"

#include <fmt/format.h>

namespace slip {

Result<FreePorts> FreePorts::find(World& world, CatalogUnit& catalog, std::size_t place,
                                  const VolumeId& but) {
  FreePorts ports(world, place);
  for (const auto& volume : TRY(catalog.volumes().all())) {
    if (volume.id == but) continue;
    for (const auto& [source, port] : volume.ports) ports.take(port);
  }
  for (const auto& branch : TRY(catalog.branches().all(Trash::with))) {
    if (branch.volume.empty()) continue;  // it is gone
    for (const auto& [source, port] : branch.ports) ports.take(port);
  }
  return ports;
}

bool FreePorts::has(std::uint16_t port) const {
  return !taken_.contains(port) && world_->host.is_free(port);
}

Result<std::uint16_t> FreePorts::take_next() {
  const auto [first, last] = world_->settings.instance_ports;
  const std::size_t count = static_cast<std::size_t>(last - first) + 1;
  for (; tried_ < count; ++tried_) {
    const auto port = static_cast<std::uint16_t>(first + (place_ + tried_) % count);
    if (!has(port)) continue;
    take(port);
    return port;
  }
  return Error{.code = ErrorCode::unavailable,
               .message = fmt::format("no port from {} to {} is free", first, last),
               .hint = "Stop branches that are not needed."};
}

}  // namespace slip
