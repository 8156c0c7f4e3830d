// SPDX-License-Identifier: Apache-2.0
#include "domain/kind.h"

#include <gmock/gmock.h>

namespace slip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const KindDescription kShop{
    .kind = "shop",
    .label = "Shop",
    .settings = {
        {.name = "url",
         .label = "Address",
         .type = SettingType::address,
         .is_origin = true,
         .pattern = "shop://[^/]+",
         .pattern_words = "It looks like shop://host."},
        {.name = "dump", .label = "Dump", .type = SettingType::path, .is_origin = true},
        {.name = "size",
         .label = "Size",
         .type = SettingType::choice,
         .choices = {{"small", "Small"}, {"large", "Large"}}},
        {.name = "follow",
         .label = "Follow",
         .type = SettingType::mark,
         .choices = {{"replication", "By replication"}}},
        {.name = "conf", .label = "Options", .type = SettingType::options, .pattern = "[a-z]+"}}};

Result<> check(std::map<std::string, std::string> settings) {
  return check_settings(kShop, {.kind = "shop", .settings = std::move(settings), .run = {}});
}

TEST(KindSettings, AreTakenAsTheyAreDescribed) {
  EXPECT_TRUE(check({}));
  EXPECT_TRUE(check({{"url", "shop://host"},
                     {"size", "large"},
                     {"follow", "replication"},
                     {"conf.colour", "anything"},
                     {"network", "host"}}));
  EXPECT_TRUE(check({{"dump", "/srv/a"}}));
}

TEST(KindSettings, NameWhatIsWrongAndWhatThereIs) {
  const auto unknown = check({{"colour", "red"}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("colour"));
  EXPECT_THAT(unknown.error().hint, AllOf(HasSubstr("conf.<name>"), HasSubstr("limit.memory")));
  EXPECT_THAT(check({{"size", "huge"}}).error().message, HasSubstr("small or large"));
  EXPECT_THAT(check({{"follow", "true"}}).error().message, HasSubstr("follow is replication"));
  for (const auto& [key, value] : {std::pair("dump", "relative"),
                                   {"conf.", "x"},
                                   {"conf", "x"},
                                   {"conf.Colour", "x"},
                                   {"size", ""},
                                   {"conf.a", "x\ny"}}) {
    const auto refused = check({{key, value}});
    ASSERT_FALSE(refused) << key;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  }
}

TEST(KindSettings, HaveShortNames) {
  for (const char* begin : {"conf.", "", "limit."}) {
    const auto refused = check({{begin + std::string(100'000, 'a'), "x"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_LT(refused.error().message.size(), 100U);
  }
}

TEST(KindSettings, NeverRepeatAnAddress) {
  const auto refused = check({{"url", "shop://me:hush@host/x"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().describe() + refused.error().hint,
              AllOf(Not(HasSubstr("hush")), HasSubstr("shop://host")));
}

TEST(KindSettings, HaveNoRunSectionWhereTheKindHasNone) {
  EXPECT_FALSE(check_settings(kShop, {.kind = "shop", .settings = {}, .run = RunSection{}}));
}

}  // namespace
}  // namespace slip
