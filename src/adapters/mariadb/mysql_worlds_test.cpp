#include "adapters/mariadb/mariadb_world.h"

namespace slip::test {

std::vector<MakeAdapterWorld> worlds() {
  return world_of_each_series(mariadb::mysql_dialect());
}

}  // namespace slip::test

// MySQL is not among Debian's packages: where none is installed there is nothing to test.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Mariadb);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MariadbFollow);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MariadbForget);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MariadbIngest);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MariadbLogical);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MariadbReplay);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MariadbScript);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MariadbSubset);
