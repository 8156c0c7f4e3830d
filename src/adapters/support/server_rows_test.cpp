// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/server_rows.h"

#include <gtest/gtest.h>

namespace slip {
namespace {

TEST(ServerRows, ReadWhatIsNotThereAsNothing) {
  const ServerRows none;
  EXPECT_EQ(none.front()[0], std::nullopt);
  EXPECT_EQ(none.back().back(), std::nullopt);
  EXPECT_EQ(none[7].front(), std::nullopt);

  const ServerRows one{{"a", std::nullopt}};
  EXPECT_EQ(one.front().front(), "a");
  EXPECT_EQ(one[0][1], std::nullopt);
  EXPECT_EQ(one[0][2], std::nullopt);
  EXPECT_EQ(one[1][0], std::nullopt);
}

}  // namespace
}  // namespace slip
