// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_table.h"
#include "base/json.h"
#include "server/http/admission.h"
#include "server/http/problem.h"
#include "server/http/response_head.h"
#include "server/http/static_files.h"

namespace slip::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto keep = AfterResponse::keep_connection;

TEST(Problem, SaysEverythingAnErrorKnows) {
  const Error error{.code = ErrorCode::busy,
                    .message = "dev is restoring this container",
                    .hint = "Wait for it.",
                    .context = {"restore container qa", "lock"},
                    .detail = "\xff printed"};

  const Response response = problem(error, {{"operation", "op_1"}, {"code", "not this"}});

  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(parse_json(response.body).value(), parse_json(R"({
    "type": "urn:slipstream:error:busy", "title": "Busy", "status": 409,
    "detail": "dev is restoring this container", "code": "busy", "hint": "Wait for it.",
    "context": ["restore container qa", "lock"], "output": "? printed", "operation": "op_1"})"));
}

TEST(Problem, CanAskToComeBackLater) {
  const Response response =
      retry_after(problem({.code = ErrorCode::rate_limited, .message = "later"}),
                  std::chrono::milliseconds(2001));

  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.find("retry-after"), "3");
}

TEST(ErrorTable, NamesEveryCodeAndFindsItAgain) {
  for (const auto& row : error_table()) {
    EXPECT_EQ(error_code_from_string(to_string(row.code)), row.code);
    EXPECT_GE(row.http_status, 400);
    EXPECT_GT(row.exit_code, 0);
    EXPECT_LT(row.exit_code, 126);
  }
  EXPECT_EQ(error_code_from_string("nonsense"), std::nullopt);
  EXPECT_EQ(error_code_from_http_status(404), ErrorCode::not_found);
  EXPECT_EQ(error_code_from_http_status(418), ErrorCode::invalid_argument);
}

TEST(ResponseHead, CarriesTheSecurityHeaders) {
  const std::string head = response_head(text_response(200, "hello"), {}, keep, "policy");

  EXPECT_THAT(head, HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Frame-Options: DENY\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nReferrer-Policy: no-referrer\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Security-Policy")));
  EXPECT_THAT(head, Not(HasSubstr("Cache-Control")));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(ResponseHead, GivesHtmlItsPolicyAndKeepsTheApiOutOfCaches) {
  Response page = text_response(200, "x");
  page.headers.set("Content-Type", "text/html; charset=utf-8");

  EXPECT_THAT(response_head(page, {}, keep, "policy"),
              HasSubstr("\r\nContent-Security-Policy: policy\r\n"));
  EXPECT_THAT(response_head(json_response(200, "{}"), {.is_api = true}, keep, ""),
              HasSubstr("\r\nCache-Control: no-store\r\n"));
}

TEST(ResponseHead, LetsNoValueAddAHeader) {
  Response response = text_response(200, "");
  response.headers.set("Location", "/x\r\nSet-Cookie: a=b");

  EXPECT_THAT(response_head(response, {}, keep, ""), Not(HasSubstr("\nSet-Cookie")));
}

std::optional<Response> admitted(Headers headers, std::string method = "GET",
                                 Peer::Kind kind = Peer::Kind::tcp) {
  Request request{
      .method = std::move(method), .headers = std::move(headers), .peer = {.kind = kind}};
  return admit(request, "/x", "192.168.1.5", {.host_names = {"slip.example"}});
}

Headers with(std::initializer_list<std::pair<const char*, const char*>> fields) {
  Headers headers;
  for (const auto& [name, value] : fields) headers.add(name, value);
  return headers;
}

TEST(Admission, KnowsItsOwnNames) {
  for (const char* host : {"localhost", "LOCALHOST:8747", "127.0.0.1:1", "[::1]:8747", "localhost.",
                           "slip.example:99", "192.168.1.5:8747"}) {
    EXPECT_FALSE(admitted(with({{"Host", host}}))) << host;
  }
}

TEST(Admission, RefusesForeignNamesSoThatDnsRebindingFails) {
  for (const char* host :
       {"evil.example", "localhost.evil.example", "", "127.0.0.1.nip.io", "[", "192.168.1.6"}) {
    const auto refusal = admitted(with({{"Host", host}}));
    ASSERT_TRUE(refusal) << host;
    EXPECT_EQ(refusal->status, 421);
  }
  EXPECT_EQ(admitted({})->status, 400);
  EXPECT_EQ(admitted(with({{"Host", "localhost"}, {"Host", "localhost"}}))->status, 400);
}

TEST(Admission, RefusesChangesFromPagesOfOtherOrigins) {
  const auto sent = [](const char* method, const char* origin) {
    return admitted(with({{"Host", "localhost:8747"}, {"Origin", origin}}), method);
  };
  EXPECT_FALSE(sent("POST", "http://localhost:8747"));
  EXPECT_FALSE(sent("GET", "http://localhost:1080"));
  EXPECT_FALSE(admitted(with({{"Host", "localhost:8747"}}), "POST"));
  for (const char* origin : {"http://localhost:1080", "http://evil.example", "null", ""}) {
    ASSERT_TRUE(sent("POST", origin)) << origin;
    EXPECT_EQ(sent("DELETE", origin)->status, 403);
  }
}

TEST(Admission, TakesAnyHostOnAUnixSocket) {
  EXPECT_FALSE(admitted(with({{"Host", "whatever"}}), "POST", Peer::Kind::unix_socket));
  EXPECT_FALSE(admitted({}, "POST", Peer::Kind::unix_socket));
}

StaticFiles page_files() {
  return StaticFiles({{"/index.html", {.content_type = "text/html", .bytes = "page"}},
                      {"/assets/a.js",
                       {.content_type = "text/javascript",
                        .bytes = "script",
                        .gzip_bytes = "zipped",
                        .etag = "\"v1\"",
                        .cache_control = "max-age=31536000, immutable"}}},
                     "/index.html");
}

Request asking(std::vector<std::string> path, Headers headers = {}) {
  return {.method = "GET", .path = std::move(path), .headers = std::move(headers)};
}

TEST(StaticFiles, SendsTheCompressedFormToWhoTakesIt) {
  const StaticFiles files = page_files();

  EXPECT_EQ(files.handle(asking({"assets", "a.js"})).body, "script");
  EXPECT_EQ(files.handle(asking({"assets", "a.js"}, with({{"Accept-Encoding", "gzip;q=0"}}))).body,
            "script");
  const Response zipped =
      files.handle(asking({"assets", "a.js"}, with({{"Accept-Encoding", "br, gzip;q=0.8"}})));
  EXPECT_EQ(zipped.body, "zipped");
  EXPECT_EQ(zipped.headers.find("Content-Encoding"), "gzip");
  EXPECT_EQ(zipped.headers.find("Vary"), "Accept-Encoding");
}

TEST(StaticFiles, AnswersNotModifiedToWhoHasIt) {
  const Response response =
      page_files().handle(asking({"assets", "a.js"}, with({{"If-None-Match", "\"v0\", \"v1\""}})));

  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.headers.find("ETag"), "\"v1\"");
}

TEST(StaticFiles, SendsThePageForItsOwnViewsOnly) {
  const StaticFiles files = page_files();
  const Headers browser = with({{"Accept", "text/html,*/*"}});

  EXPECT_EQ(files.handle(asking({}, browser)).body, "page");
  EXPECT_EQ(files.handle(asking({"containers", "qa"}, browser)).body, "page");
  EXPECT_EQ(files.handle(asking({"containers", "qa"})).status, 404);
  EXPECT_EQ(files.handle(asking({"api", "v1", "nothing"}, browser)).status, 404);
  EXPECT_EQ(files.handle({.method = "POST", .path = {}}).status, 405);
}

}  // namespace
}  // namespace slip::http
