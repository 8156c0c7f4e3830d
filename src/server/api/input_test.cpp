// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_world.h"
#include "server/http/raw_client.h"

// What must never do more than answer with a clear error.

namespace slip::api {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Input : public ApiWorld {
 protected:
  // The whole answer to a body that no client of ours would send.
  std::string send_raw(const std::string& body) {
    http::RawClient client(server.port());
    client.send("POST " + bookmarks + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                token_of("qa") + "\r\nConnection: close\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read_until("nothing ends like this");
  }
  const std::string bookmarks = "/api/v1/containers/qa/bookmarks";
};

// What tells of a secret by its length must not hold one (http/compression.h).
TEST_F(Input, ThatTakesGzipGetsItForLongAnswersWithoutSecrets) {
  for (int i = 0; i < 5; ++i) {
    must("qa", bookmarks, json::object{{"name", "bookmark " + std::to_string(i)}});
  }
  const auto head_of = [&](const std::string& path) {
    http::RawClient client(server.port());
    client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                token_of("qa") + "\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n");
    const auto answer = client.read_until("nothing ends like this");
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200")) << path;
    return answer.substr(0, answer.find("\r\n\r\n"));
  };
  const std::string qa = "/api/v1/containers/qa";
  EXPECT_THAT(head_of(bookmarks), HasSubstr("Content-Encoding: gzip"));
  EXPECT_THAT(head_of(qa + "/timeline"), HasSubstr("Content-Encoding: gzip"));
  const std::vector<std::string> with_secrets{qa, "/api/v1/containers", qa + "/branches",
                                              "/api/v1/tokens"};
  for (const auto& path : with_secrets) {
    EXPECT_THAT(head_of(path), ::testing::Not(HasSubstr("Content-Encoding"))) << path;
  }
}

TEST_F(Input, ThatIsNotUtf8IsRefused) {
  const auto answer = send_raw("{\"name\": \"\xff\xfe\"}");
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 400"));
  EXPECT_THAT(answer, HasSubstr("the body is not valid UTF-8"));
}

TEST_F(Input, ThatIsNoJsonIsRefused) {
  EXPECT_THAT(send_raw("name=x"), HasSubstr("this is not JSON"));
  EXPECT_THAT(send_raw("{\"name\": \"x\"} trailing"), HasSubstr("HTTP/1.1 400"));
  EXPECT_THAT(send_raw("[1, 2]"), HasSubstr("the body: expected an object"));
}

TEST_F(Input, ThatIsNestedTooDeeplyIsRefused) {
  const auto answer =
      send_raw("{\"name\": " + std::string(5000, '[') + std::string(5000, ']') + "}");
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 400"));
  EXPECT_THAT(answer, HasSubstr("the JSON is nested too deeply"));
}

TEST_F(Input, ThatIsTooLargeIsRefused) {
  const auto answer = send_raw("{\"name\": \"" + std::string(100 << 10, 'x') + "\"}");
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 413"));
}

TEST_F(Input, WithAnUnknownFieldIsRefusedWithTheKnownOnes) {
  const auto answer = as("qa").post(bookmarks, json::object{{"name", "x"}, {"titel", "y"}});
  ASSERT_ERROR(answer, invalid_argument);
  EXPECT_EQ(answer.error().message, "unknown field \"titel\"");
  EXPECT_THAT(answer.error().hint, HasSubstr("Known fields: name, note, tags"));
}

TEST_F(Input, WithAMissingFieldSaysWhich) {
  const auto answer = as("admin").post("/api/v1/containers", json::object{{"name", "x"}});
  ASSERT_ERROR(answer, invalid_argument);
  EXPECT_EQ(answer.error().message, "template is missing");
}

TEST_F(Input, WithControlCharactersIsRefused) {
  EXPECT_ERROR(as("qa").post(bookmarks, json::object{{"name", "a\x01z"}}), invalid_argument);
  EXPECT_ERROR(as("qa").post(bookmarks, json::object{{"name", std::string("a\0z", 3)}}),
               invalid_argument);
  EXPECT_ERROR(
      as("qa").post(bookmarks, json::object{{"name", "x"}, {"note", std::string(5000, 'n')}}),
      invalid_argument);
}

TEST_F(Input, ForAPathThatIsNoneIsAProblemDocument) {
  const auto answer = as("qa").send({.path = "/api/v1/nothing"}).value();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.headers.find("content-type")->second, "application/problem+json");
  const auto method = as("qa").send({.method = "PUT", .path = "/api/v1/containers"}).value();
  EXPECT_EQ(method.status, 405);
  EXPECT_THAT(method.headers.find("allow")->second, HasSubstr("POST"));
}

TEST_F(Input, WithWrongNumbersIsRefused) {
  EXPECT_ERROR(as("qa").get("/api/v1/operations?limit=0"), invalid_argument);
  EXPECT_ERROR(as("qa").get("/api/v1/operations?limit=ten"), invalid_argument);
  EXPECT_ERROR(as("qa").post("/api/v1/containers/qa/reset?wait=61"), invalid_argument);
}

TEST_F(Input, LeavesNothingBehindWhenItIsRefused) {
  send_raw("{\"name\": \"\xff\"}");
  EXPECT_ERROR(as("qa").post(bookmarks, json::object{{"name", ""}}), invalid_argument);
  EXPECT_THAT(list("qa", bookmarks), IsEmpty());
}

}  // namespace
}  // namespace slip::api
