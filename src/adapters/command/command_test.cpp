// SPDX-License-Identifier: Apache-2.0
// Two engines that nobody here wrote code for: each is a file in `kinds`, and passes what every
// kind must. Where its packages are not installed, its tests are skipped.

#include <unistd.h>

#include "adapters/command/command_world.h"
#include "tests/contract/adapter_contract_sayings.h"

namespace slip {
namespace {

// The contract asks for a clean end, and Firebird may have to be killed (kinds/firebird.toml).
std::vector<MakeAdapterWorld> those_that_end() {
  auto made = test::engine_worlds();
  if (::access(test::kEngines[1].program, X_OK) == 0) made.pop_back();
  return made;
}

INSTANTIATE_TEST_SUITE_P(Engines, AdapterContract, testing::ValuesIn(those_that_end()));

}  // namespace
}  // namespace slip
