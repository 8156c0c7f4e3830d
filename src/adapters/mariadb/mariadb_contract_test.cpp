#include "adapters/mariadb/mariadb_world.h"
#include "tests/contract/adapter_contract.h"

namespace slip {

INSTANTIATE_TEST_SUITE_P(Mariadb, AdapterContract, testing::ValuesIn(test::worlds()));

}  // namespace slip
