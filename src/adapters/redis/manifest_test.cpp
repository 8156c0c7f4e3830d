// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/manifest.h"

#include <gmock/gmock.h>

namespace slip::redis {
namespace {

TEST(RedisManifest, IsReadAndWrittenAsServersDo) {
  const std::string text =
      "file a.aof.2.base.rdb seq 2 type b\nfile a.aof.1.incr.aof seq 1 type h\n"
      "file a.aof.9.incr.aof seq 9 type i\n";
  const auto parts = read_manifest(text);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 3U);
  EXPECT_EQ(parts->back().number, 9);
  EXPECT_EQ(manifest_of(*parts), text);
}

TEST(RedisManifest, LeadsToNoOtherFolder) {
  for (const char* name : {"../../etc/passwd", "/etc/passwd", "..", "\"a\""}) {
    EXPECT_FALSE(read_manifest("file " + std::string(name) + " seq 1 type b\n")) << name;
  }
}

TEST(RedisManifest, RefusesWhatIsNoLineOfOne) {
  for (const char* line : {"file a seq 1 type x", "file a seq -1 type b", "file a", "nonsense"}) {
    EXPECT_FALSE(read_manifest(line)) << line;
  }
}

}  // namespace
}  // namespace slip::redis
