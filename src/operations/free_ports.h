// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>

#include "operations/world.h"

namespace slip {

// Ports of this machine that neither the catalog nor another program has, for instances and for
// branches beside the active one. It lives within one write of the catalog, so that no two get the
// same.
class FreePorts {
 public:
  // What `but` has counts as free. Everybody searches from a `place` of their own, so that two
  // installations on one machine do not reach for the same port at the same time.
  static Result<FreePorts> find(World& world, CatalogUnit& catalog, std::size_t place,
                                const VolumeId& but = {});

  bool has(std::uint16_t port) const;
  // From now on it is nobody's to choose.
  void take(std::uint16_t port) { taken_.insert(port); }
  // Errors: `unavailable` (there is none).
  Result<std::uint16_t> take_next();

 private:
  FreePorts(World& world, std::size_t place) : world_(&world), place_(place) {}

  World* world_;
  std::size_t place_;
  std::size_t tried_ = 0;
  std::set<std::uint16_t> taken_;
};

}  // namespace slip
