// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/postgresql_world.h"
#include "tests/contract/adapter_contract_sayings.h"

namespace slip {

INSTANTIATE_TEST_SUITE_P(Postgresql, AdapterContract,
                         testing::ValuesIn(test::world_of_each_version()));

}  // namespace slip
