// SPDX-License-Identifier: Apache-2.0
#include "host/told.h"

#include <gmock/gmock.h>

#include <limits>

#include "base/json.h"
#include "domain/name.h"

namespace slip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Told, IsTextOfALengthThatPeopleRead) {
  EXPECT_THAT(as_told({"the rows of \u00fc", "a\nb\1", "\xff\xfe"}),
              ElementsAre("the rows of \u00fc", "a?b?", "??"));
  std::string long_one;
  for (int i = 0; i < 100'000; ++i) long_one += "\u00fc";
  const auto cut = as_told({long_one, std::string(10 << 20, 'x')});
  for (const auto& sentence : cut) {
    EXPECT_LT(sentence.size(), 1100U);
    EXPECT_TRUE(utf8_length(sentence));
  }
  const auto many = as_told(std::vector<std::string>(1'000'000, "x"));
  EXPECT_EQ(many.size(), 201U);
  EXPECT_EQ(many.back(), "and 999800 more");
}

TEST(Told, IsAPositionWhereItCouldBeOne) {
  const Timestamp now{1'000'000'000'000};
  const auto good = as_told({.at = Timestamp{now.ms - 5}, .position = "0/15", .mark = "17"}, now);
  EXPECT_EQ(good.at.ms, now.ms - 5);
  EXPECT_EQ(good.position, "0/15");
  EXPECT_EQ(good.mark, "17");

  for (const std::string& bad :
       {std::string(10 << 20, '1'), std::string("\xff"), std::string("\n")}) {
    const auto told = as_told(
        {.at = now, .position = bad, .mark = bad, .lacks = std::vector<std::string>{bad}}, now);
    EXPECT_EQ(told.position, "");
    EXPECT_EQ(told.mark, std::nullopt);
    // It comes back from where it is kept.
    EXPECT_TRUE(parse_json(json::serialize(to_json(told))));
  }
  for (const std::int64_t at : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(),
                                std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(as_told({.at = Timestamp{at}, .position = ""}, now).at, now);
  }
  EXPECT_THAT(as_told({.at = now, .position = ""}, now).doubts, IsEmpty());
}

}  // namespace
}  // namespace slip
