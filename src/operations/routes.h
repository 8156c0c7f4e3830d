// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "operations/world.h"

namespace slip {

// The ports at which people reach the branch: the container's own, or those that it has beside the
// active one.
std::vector<std::uint16_t> ports_to(const Container& container, const Branch& branch);
std::vector<std::uint16_t> endpoint_ports(const Container& container);

// Where the endpoints of a container lead, as the catalog says: to the instances of its active
// branch if that is wanted running, else nowhere.
Result<std::vector<Endpoint>> routes_of(CatalogUnit& catalog, const Container& container);

// Leads the ports to where the catalog says now: the container's, and those of its branches that
// run beside the active one. Such a branch gets ports when it first runs so, and another instead of
// one that another program has taken; once it is active they go on leading to it, for whoever is
// connected there. Closes those of branches that do not run, and of a container that is not there
// (it was never made, or is in the trash): `ports`. What of the container's own cannot be opened is
// told to World::closed_endpoints, and keeps no other from being opened. Errors: the first of
// those. Idempotent.
Result<> apply_routes(World& world, const ContainerId& container,
                      const std::vector<std::uint16_t>& ports);

}  // namespace slip
