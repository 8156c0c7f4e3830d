// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace slip::http {
namespace {

using testing::HasSubstr;

Request request(std::string method, std::vector<std::string> path) {
  return {.method = std::move(method), .path = std::move(path)};
}

RouteHandler says(std::string text) {
  return [text](const Request&, const Params&) { return text_response(200, text); };
}

TEST(Router, HandsOverTheDecodedParameters) {
  Router router;
  router.add("GET /c/{container}/bookmarks/{bookmark}", [](const Request&, const Params& params) {
    return text_response(200, params["container"] + "|" + params["bookmark"]);
  });

  EXPECT_EQ(router.handle(request("GET", {"c", "qa", "bookmarks", "a b/c"})).body, "qa|a b/c");
}

TEST(Router, PrefersALiteralToAParameterWhicheverWasAddedFirst) {
  Router router;
  router.add("GET /b/{name}", says("any"));
  router.add("GET /b/available", says("available"));
  router.add("GET /{x}/y", says("y"));

  EXPECT_EQ(router.handle(request("GET", {"b", "available"})).body, "available");
  EXPECT_EQ(router.handle(request("GET", {"b", "y"})).body, "any");
  EXPECT_EQ(router.handle(request("GET", {"c", "y"})).body, "y");
}

TEST(Router, SaysWhichMethodsAPathTakes) {
  Router router;
  router.add("GET /b", says("get"));
  router.add("POST /b", says("post"));

  const Response response = router.handle(request("DELETE", {"b"}));

  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD, POST");
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
}

TEST(Router, AnswersHeadWithTheGetRoute) {
  Router router;
  router.add("GET /b", says("get"));

  EXPECT_EQ(router.handle(request("HEAD", {"b"})).body, "get");
}

TEST(Router, AnswersUnknownPathsWithAProblem) {
  Router router;
  router.add("GET /b/{name}", says("any"));

  for (const std::vector<std::string>& path :
       std::vector<std::vector<std::string>>{{}, {"x"}, {"b"}, {"b", ""}, {"b", "x", "y"}}) {
    const Response response = router.handle(request("GET", path));
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(parse_json(response.body)->at("code").as_string(), "not_found");
  }
}

TEST(Router, GivesUnknownPathsToTheFallbackButNotWrongMethods) {
  Router router;
  router.add("GET /b", says("get"));
  router.set_fallback([](const Request&) { return text_response(200, "page"); });

  EXPECT_EQ(router.handle(request("GET", {"anything"})).body, "page");
  EXPECT_EQ(router.handle(request("PUT", {"b"})).status, 405);
}

TEST(Router, ListsItsRoutes) {
  Router router;
  router.add("GET /b/{name}", says(""));
  router.add("GET /", says(""));

  EXPECT_THAT(router.routes(), testing::UnorderedElementsAre("GET /b/{name}", "GET /"));
}

TEST(RouterDeathTest, EndsTheProgramOnTwoRoutesForTheSameRequests) {
  Router router;
  router.add("GET /b/{name}", says(""));

  EXPECT_DEATH(router.add("GET /b/{other}", says("")), "");
}

}  // namespace
}  // namespace slip::http
