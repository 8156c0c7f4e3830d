// SPDX-License-Identifier: Apache-2.0
#include "storage/pool/pool_settings.h"

#include "base/json.h"
#include "tests/support/expect_result.h"

namespace slip::test {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kData("/var/lib/slipstream");

TEST(PoolSettings, AreOfThePoolInTheDataDirectoryWhereNothingIsSaid) {
  const auto settings = read_pool_settings({}, kData);
  ASSERT_OK(settings);
  EXPECT_EQ(*settings, default_pool(kData));
  EXPECT_EQ(settings->driver, "automatic");
  EXPECT_EQ(settings->place, "/var/lib/slipstream/pool");
  EXPECT_FALSE(settings->size);
}

TEST(PoolSettings, AreReadFromTheWordsOfAnAdministrator) {
  const auto settings =
      read_pool_settings({.driver = "btrfs", .gigabytes = 1.5, .options = {"reserve=yes"}}, kData);
  ASSERT_OK(settings);
  EXPECT_EQ(settings->driver, "btrfs");
  EXPECT_EQ(settings->size, 1'500'000'000);
  EXPECT_EQ(settings->options, (std::map<std::string, std::string>{{"reserve", "yes"}}));
}

TEST(PoolSettings, AreDataThatComesBackAsItWas) {
  const PoolSettings settings{.driver = "btrfs",
                              .place = "/a pool",
                              .size = std::int64_t{1} << 40,
                              .options = {{"reserve", "no"}}};
  EXPECT_EQ(from_json<PoolSettings>(to_json(settings)).value(), settings);
  EXPECT_EQ(from_json<PoolSettings>(to_json(default_pool(kData))).value(), default_pool(kData));
}

TEST(PoolSettings, NameTheWordThatIsWrong) {
  const auto refused = [](const PoolWords& words, const std::string& word) {
    const auto settings = read_pool_settings(words, kData);
    EXPECT_ERROR(settings, invalid_argument);
    EXPECT_THAT(settings ? "" : settings.error().message, HasSubstr(word));
  };
  refused({.driver = "zfs"}, "zfs");
  refused({.options = {"reserve"}}, "reserve");
  refused({.options = {"reserve=maybe"}}, "yes, no");
  refused({.options = {"colour=blue"}}, "colour");
  refused({.driver = "directory", .options = {"reserve=yes"}}, "directory");
  refused({.options = {"reserve=yes", "reserve=no"}}, "twice");
}

}  // namespace
}  // namespace slip::test
