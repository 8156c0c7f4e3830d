// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/mariadb_world.h"
#include "tests/contract/adapter_contract_sayings.h"
#include "tests/contract/hostile_tree_contract.h"

namespace slip {

INSTANTIATE_TEST_SUITE_P(Mariadb, AdapterContract, testing::ValuesIn(test::worlds()));
// One stands for both: the names, and what reads them, are the same, and MySQL takes minutes to
// start as often.
INSTANTIATE_TEST_SUITE_P(Mariadb, HostileTree,
                         testing::ValuesIn(test::world_of_each_series(mariadb::mariadb_dialect())));

}  // namespace slip
