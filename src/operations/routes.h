#pragma once

#include <vector>

#include "operations/world.h"

namespace slip {

// Where the endpoints of a container lead, as the catalog says: to the instances of its active
// branch if that is wanted running, else nowhere.
Result<std::vector<Endpoint>> routes_of(CatalogUnit& catalog, const Container& container);

// The ports at which this machine reaches the branches that run beside the active one: those that
// their instances have in networks of their own.
Result<std::vector<Endpoint>> routes_beside(CatalogUnit& catalog, const Container& container);

// Leads the ports to where the catalog says now; closes those of a container that is not there (it
// was never made, or is in the trash), and opens those of branches beside, as far as
// they are free. Idempotent.
Result<> apply_routes(World& world, const ContainerId& container,
                      const std::vector<std::uint16_t>& ports);

}  // namespace slip
