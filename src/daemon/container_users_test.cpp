// SPDX-License-Identifier: Apache-2.0
#include "daemon/container_users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/temporary_directory.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

class ContainerUsers : public ::testing::Test {
 protected:
  std::string refusal(const std::string& text) {
    const auto read = read_container_users(text, etc_.path());
    EXPECT_FALSE(read) << text;
    if (read) return "";
    EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
    return read.error().message;
  }
  void write(const char* file, const std::string& text) {
    ASSERT_OK(write_file_durably(etc_.path() / file, text, 0644));
  }
  TemporaryDirectory etc_;
};

TEST_F(ContainerUsers, AreARangeOrNone) {
  const auto range = read_container_users("100000-165535", etc_.path());
  ASSERT_OK(range);
  ASSERT_TRUE(*range);
  EXPECT_EQ((*range)->first, 100'000U);
  EXPECT_EQ((*range)->last, 165'535U);
  const auto none = read_container_users("none", etc_.path());
  ASSERT_OK(none);
  EXPECT_FALSE(*none);
  for (const char* text : {"", "5", "100000", "200000-100000", "0-70000", "100000-4294967295",
                           "100000-x", "100000-200000-3"}) {
    EXPECT_THAT(refusal(text), ::testing::HasSubstr("is not a range"));
  }
}

TEST_F(ContainerUsers, AreNobodyElses) {
  write("passwd", "root:x:0:0:root:/root:/bin/bash\nann:x:150000:1000::/home/ann:/bin/sh\n");
  write("subuid", "ben:300000:65536\n");
  write("group", "staff:x:250000:\n");

  EXPECT_THAT(refusal("100000-165535"), ::testing::HasSubstr("\"ann\""));
  EXPECT_THAT(refusal("365535-400000"), ::testing::HasSubstr("\"ben\""));
  EXPECT_THAT(refusal("240000-260000"), ::testing::HasSubstr("\"staff\""));
  EXPECT_OK(read_container_users("365536-400000", etc_.path()));
}

}  // namespace
}  // namespace slip
