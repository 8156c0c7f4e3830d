// SPDX-License-Identifier: Apache-2.0
#include "server/http/encoding.h"

#include <gtest/gtest.h>

#include "server/http/cookie.h"
#include "server/http/target.h"

namespace slip::http {
namespace {

TEST(PercentDecoding, GivesBackSpacesSlashesAndUtf8) {
  EXPECT_EQ(percent_decode("after%20the%2Fedge+case", Plus::is_plus), "after the/edge+case");
  EXPECT_EQ(percent_decode("gr%C3%BC%c3%9fe", Plus::is_plus), "grüße");
  EXPECT_EQ(percent_decode("a+b%2Bc", Plus::is_space), "a b+c");
}

TEST(PercentDecoding, RefusesBrokenEscapesNulAndWhatIsNotUtf8) {
  for (const std::string text : {"%", "a%2", "%zz", "%4g", "%00", "a%00b", "%ff", "%c3", "%c3%28",
                                 "%c0%af", "%ed%a0%80", "%f4%90%80%80", "%e2%82", "%80", "\xff"}) {
    const auto decoded = percent_decode(text, Plus::is_plus);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Utf8, KnowsTheShortestAndLongestOfEachLength) {
  for (const char* text : {"", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const char* text :
       {"\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Target, KeepsAnEncodedSlashInsideItsSegmentAndDropsATrailingOne) {
  const Target target = parse_target("/api/v1/a%2Fb/?limit=5&tag=x%20y&tag=z&flag").value();

  EXPECT_EQ(target.path, (std::vector<std::string>{"api", "v1", "a/b"}));
  EXPECT_EQ(target.query.count("tag"), 2U);
  EXPECT_EQ(target.query.find("limit")->second, "5");
  EXPECT_EQ(target.query.find("flag")->second, "");
}

TEST(Target, OfTheRootHasNoSegments) {
  EXPECT_TRUE(parse_target("/").value().path.empty());
}

TEST(Target, KeepsEmptySegmentsSoThatTheyFitNoRoute) {
  EXPECT_EQ(parse_target("/a//b").value().path, (std::vector<std::string>{"a", "", "b"}));
}

TEST(Target, RefusesOtherForms) {
  for (const std::string text :
       {"", "*", "http://localhost/x", "localhost:80", "/%ff", "/?a=%zz"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(Cookies, AreReadFromTheHeaderAndTheFirstOfANameCounts) {
  const auto cookies = parse_cookies("session=slp_x; theme=\"dark\" ;broken; =y; session=other");

  EXPECT_EQ(cookies, (std::multimap<std::string, std::string>{
                         {"session", "slp_x"}, {"session", "other"}, {"theme", "dark"}}));
}

TEST(Cookies, AreSetUnreachableForScriptsAndOtherSites) {
  Response response;
  set_cookie(response, {.name = "session",
                        .value = "slp_x",
                        .max_age = std::chrono::hours(1),
                        .transport = Transport::tls});
  set_cookie(response, {.name = "other", .value = ""});

  EXPECT_EQ(response.headers.find("set-cookie"),
            "session=slp_x; Path=/; HttpOnly; SameSite=Strict; Max-Age=3600; Secure");
  EXPECT_EQ(std::distance(response.headers.begin(), response.headers.end()), 2);
}

}  // namespace
}  // namespace slip::http
