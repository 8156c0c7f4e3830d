// SPDX-License-Identifier: Apache-2.0
#include "client/api_address.h"

#include <gtest/gtest.h>

namespace slip {
namespace {

TEST(ApiAddress, IsReadAndWrittenInEachForm) {
  const std::pair<std::string, std::string> forms[] = {
      {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
      {"http://localhost", "http://localhost:8747"},
      {"http://localhost/", "http://localhost:8747"},
      {"https://slip.example:443", "https://slip.example:443"},
      {"http://[::1]:81", "http://[::1]:81"},
      {"https://[::1]", "https://[::1]:8747"},
      {"unix:/run/s.sock", "unix:/run/s.sock"},
      {"/run/s.sock", "unix:/run/s.sock"},
  };
  for (const auto& [text, written] : forms) {
    const auto address = parse_api_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), written);
  }
}

TEST(ApiAddress, RefusesWhatIsNone) {
  for (const std::string text :
       {"", "localhost", "ftp://x", "http://", "http://:80", "http://x:0", "http://x:65536",
        "http://x:8o", "http://x:", "http://[::1", "http://[::1]80", "http://x/path", "http://x y",
        "http://user@x", "unix:relative"}) {
    const auto address = parse_api_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::invalid_argument);
    EXPECT_FALSE(address.error().hint.empty());
  }
}

}  // namespace
}  // namespace slip
