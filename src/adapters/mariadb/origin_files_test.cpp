// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/origin_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"

namespace slip::mariadb {
namespace {

// Of an origin that nobody has to trust. The file would go on with itself for ever.
TEST(MariadbOriginFiles, RefuseAPageSizeThatNoServerHas) {
  const TemporaryDirectory origin;
  std::string head(1 << 20, '\0');
  head[25] = 8;  // it begins a tablespace
  const auto flags = static_cast<char>(0xc0);
  head[56] = 3;  // pages of 16 MiB
  head[57] = flags;
  std::ofstream(origin.path() / "ibdata1") << head;

  const auto found =
      options_from_files(mariadb_dialect(), Directory::open(origin.path()).value(), "production");

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::unsupported);
  EXPECT_THAT(found.error().message, testing::HasSubstr("system tablespace of production"));
}

}  // namespace
}  // namespace slip::mariadb
