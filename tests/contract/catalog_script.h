// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/catalog.h"

// Random use of a catalog, the same for the same numbers, to compare one catalog with another.

namespace slip::test {

// Puts most of what the actions refer to.
Result<> furnish(Catalog& catalog);

// Runs one write in which each number is an action on one of a few records; some end with an error.
// What every action and the whole write answered.
std::vector<std::string> run_transaction(Catalog& catalog,
                                         const std::vector<std::uint32_t>& actions);

// The answers of every query of the port, over all records that actions can make.
std::vector<std::string> everything_in(Catalog& catalog);

}  // namespace slip::test
