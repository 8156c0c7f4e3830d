// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/redis_world.h"
#include "tests/contract/adapter_contract_sayings.h"

namespace slip {

INSTANTIATE_TEST_SUITE_P(Redis, AdapterContract,
                         testing::Values([] { return std::make_unique<test::RedisWorld>(); }));

}  // namespace slip
