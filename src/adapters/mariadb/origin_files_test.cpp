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

// In whatever order the file system has them.
TEST(MariadbOriginFiles, NameTheFirstEncryptedFile) {
  const TemporaryDirectory origin;
  std::string head(1 << 12, '\0');
  head[25] = 8;  // it begins a tablespace
  constexpr std::string_view encrypted("s\x0e\x0cREt\x01", 7);
  head.replace(200, encrypted.size(), encrypted);
  for (const char* folder : {"b", "c", "a"}) {
    std::filesystem::create_directory(origin.path() / folder);
    for (int n = 30; n > 9; --n) {
      std::ofstream(origin.path() / folder / ("t" + std::to_string(n) + ".ibd")) << head;
    }
  }

  const auto checked =
      check_not_encrypted(mariadb_dialect(), Directory::open(origin.path()).value(), "production");

  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, testing::HasSubstr("the file a/t10.ibd"));
}

}  // namespace
}  // namespace slip::mariadb
