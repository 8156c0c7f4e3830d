// SPDX-License-Identifier: Apache-2.0
#include "server/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slip {
namespace {

http::Request get(std::vector<std::string> path) {
  http::Request request;
  request.method = "GET";
  request.path = std::move(path);
  request.headers.set("Accept", "text/html");
  return request;
}

TEST(Page, IsServedAtTheRootAndAtTheAddressesOfItsViews) {
  const auto page = embedded_page();
  const auto root = page.handle(get({}));
  EXPECT_EQ(root.status, 200);
  EXPECT_EQ(root.headers.find("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(root.body, ::testing::HasSubstr("<html"));
  EXPECT_EQ(page.handle(get({"containers", "qa"})).body, root.body);
  EXPECT_EQ(page.handle(get({"api", "v1", "nothing"})).status, 404);
}

TEST(Page, IsNotSentTwiceToWhoHasIt) {
  const auto page = embedded_page();
  auto request = get({});
  const auto first = page.handle(request);
  request.headers.set("If-None-Match", std::string(first.headers.find("ETag").value_or("")));
  EXPECT_EQ(page.handle(request).status, 304);
}

// The policy forbids what is written into the HTML itself.
TEST(Page, HasNoInlineScriptsOrStyles) {
  const auto& files = embedded_files();
  ASSERT_TRUE(files.contains("/index.html"));
  const std::string html(files.at("/index.html").bytes);
  EXPECT_THAT(html, ::testing::Not(::testing::HasSubstr("<style")));
  EXPECT_THAT(html, ::testing::Not(::testing::HasSubstr("onclick=")));
  EXPECT_THAT(html, ::testing::Not(::testing::HasSubstr("<script>")));
}

}  // namespace
}  // namespace slip
