// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ports/catalog.h"

namespace slip {

// The generation of a daemon that begins to order (Order::generation): later than those of all that
// did so before with this catalog. Errors: `internal` (what the catalog has of it is no number).
Result<std::uint64_t> next_generation(CatalogUnit& catalog);

}  // namespace slip
