// SPDX-License-Identifier: Apache-2.0
#include "server/api/kept_answers.h"

#include <algorithm>
#include <future>

#include "server/api/api_world.h"

namespace slip::api {
namespace {

class AnswersKept : public ApiWorld {
 protected:
  ApiResponse send(const std::string& user, const std::string& method, const std::string& path,
                   json::value body, const std::string& key) {
    return as(user)
        .send({.method = method,
               .path = "/api/v1" + path,
               .body = std::move(body),
               .headers = {{"Idempotency-Key", key}}})
        .value();
  }
  long tokens_called(const std::string& label) {
    return std::ranges::count_if(list("qa", "/api/v1/tokens"), [&](const json::value& one) {
      return text(one, "/label") == label;
    });
  }
};

TEST_F(AnswersKept, MakeOneTokenOfARequestThatIsSentAgain) {
  const json::value body = json::object{{"label", "ci"}};
  const auto first = send("qa", "POST", "/tokens", body, "k-1");
  const auto again = send("qa", "POST", "/tokens", body, "k-1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(text(first.body().value(), "/token"), text(again.body().value(), "/token"));
  EXPECT_EQ(tokens_called("ci"), 1);

  EXPECT_EQ(send("qa", "POST", "/tokens", body, "k-2").status, 201);
  EXPECT_EQ(send("dev", "POST", "/tokens", body, "k-1").status, 201);
  EXPECT_EQ(tokens_called("ci"), 2);
}

TEST_F(AnswersKept, LogInOnce) {
  const json::value body = json::object{{"user", "qa"}, {"password", "qaqa-----"}};
  const auto first = send("", "POST", "/sessions?kind=token", body, "k-1");
  const auto again = send("", "POST", "/sessions?kind=token", body, "k-1");
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(text(first.body().value(), "/token"), text(again.body().value(), "/token"));
}

TEST_F(AnswersKept, AreNoOtherRequests) {
  const json::value body = json::object{{"label", "ci"}};
  const auto made = send("qa", "POST", "/tokens", body, "k-1");
  EXPECT_EQ(send("qa", "POST", "/tokens", json::object{{"label", "other"}}, "k-1").status, 400);
  const auto token = text(made.body().value(), "/id");
  EXPECT_EQ(send("qa", "DELETE", "/tokens/" + token, json::object(), "k-1").status, 400);
  const json::value base = json::object{{"name", "base"}};
  EXPECT_EQ(send("qa", "POST", "/containers/qa/bookmarks", base, "k-1").status, 400);

  EXPECT_EQ(send("qa", "POST", "/containers/qa/bookmarks?wait=30", base, "k-2").status, 202);
  EXPECT_EQ(send("qa", "POST", "/tokens", body, "k-2").status, 400);
  EXPECT_EQ(tokens_called("ci"), 1);
  EXPECT_EQ(tokens_called("other"), 0);
}

TEST_F(AnswersKept, AreNoFailures) {
  EXPECT_EQ(send("qa", "POST", "/tokens", json::object{{"label", ""}}, "k-1").status, 400);
  EXPECT_EQ(send("qa", "POST", "/tokens", json::object{{"label", "ci"}}, "k-1").status, 201);
}

TEST(AnAnswer, IsForgottenAfterAWhile) {
  KeptAnswers answers;
  int done = 0;
  const auto ask = [&](KeptAnswers::Clock::time_point now) {
    return answers
        .once(
            UserId("usr_1"), {"k", "asked"},
            [&]() -> Result<http::Response> {
              return http::text_response(200, std::to_string(++done));
            },
            now)
        ->body;
  };
  const auto begin = KeptAnswers::Clock::now();
  EXPECT_EQ(ask(begin), "1");
  EXPECT_EQ(ask(begin + KeptAnswers::kept_for - std::chrono::seconds(1)), "1");
  EXPECT_EQ(ask(begin + KeptAnswers::kept_for), "2");
}

TEST(AnAnswer, IsWaitedForByWhoeverAsksMeanwhile) {
  KeptAnswers answers;
  std::atomic<int> done = 0;
  std::promise<void> begun;
  std::promise<void> go_on;
  const auto ask = [&](const std::function<void()>& meanwhile) {
    return answers
        .once(UserId("usr_1"), {"k", "asked"},
              [&]() -> Result<http::Response> {
                meanwhile();
                return http::text_response(200, std::to_string(++done));
              })
        ->body;
  };
  auto first = std::async(std::launch::async, [&] {
    return ask([&] {
      begun.set_value();
      go_on.get_future().wait();
    });
  });
  begun.get_future().wait();
  auto second = std::async(std::launch::async, [&] { return ask([] {}); });
  go_on.set_value();
  EXPECT_EQ(first.get(), "1");
  EXPECT_EQ(second.get(), "1");
}

}  // namespace
}  // namespace slip::api
