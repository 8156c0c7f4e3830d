// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/mariadb_world.h"
#include "tests/contract/adapter_contract_sayings.h"

namespace slip {

INSTANTIATE_TEST_SUITE_P(Mariadb, AdapterContract, testing::ValuesIn(test::worlds()));

}  // namespace slip
