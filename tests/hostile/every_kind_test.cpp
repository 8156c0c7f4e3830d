// SPDX-License-Identifier: Apache-2.0
#include "adapters/command/command_world.h"
#include "adapters/fake/fake_world.h"
#include "adapters/files/files_world.h"
#include "adapters/mariadb/mariadb_world.h"
#include "adapters/postgresql/postgresql_world.h"
#include "adapters/redis/redis_world.h"
#include "tests/hostile/hostile_listener.h"
#include "tests/hostile/hostile_tree.h"

namespace slip {
namespace {

std::unique_ptr<AdapterWorld> a_tree_of_files() {
  return std::make_unique<test::FilesWorld>(test::FilesWorld::With::nothing);
}
std::unique_ptr<AdapterWorld> an_application() {
  return std::make_unique<test::FilesWorld>(test::FilesWorld::With::application);
}
std::unique_ptr<AdapterWorld> redis() {
  return std::make_unique<test::RedisWorld>();
}
std::unique_ptr<AdapterWorld> fake() {
  return std::make_unique<test::FakeWorld>();
}

// Of every server that is installed, as each version goes by paths of its own.
INSTANTIATE_TEST_SUITE_P(Postgresql, HostileTree, testing::ValuesIn(test::world_of_each_version()));
INSTANTIATE_TEST_SUITE_P(Mariadb, HostileTree, testing::ValuesIn(test::worlds()));
INSTANTIATE_TEST_SUITE_P(Redis, HostileTree, testing::Values(redis));
INSTANTIATE_TEST_SUITE_P(Files, HostileTree, testing::Values(a_tree_of_files));
INSTANTIATE_TEST_SUITE_P(Fake, HostileTree, testing::Values(fake));
INSTANTIATE_TEST_SUITE_P(Engines, HostileTree, testing::ValuesIn(test::engine_worlds()));

INSTANTIATE_TEST_SUITE_P(Postgresql, HostileListener,
                         testing::ValuesIn(test::world_of_each_version()));
INSTANTIATE_TEST_SUITE_P(Mariadb, HostileListener, testing::ValuesIn(test::worlds()));
INSTANTIATE_TEST_SUITE_P(Redis, HostileListener, testing::Values(redis));
INSTANTIATE_TEST_SUITE_P(Files, HostileListener, testing::Values(an_application));
INSTANTIATE_TEST_SUITE_P(Engines, HostileListener, testing::ValuesIn(test::engine_worlds()));

}  // namespace
}  // namespace slip
