// SPDX-License-Identifier: Apache-2.0
#include <future>

#include "server/api/api_world.h"

namespace slip::api {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

// Answers that somebody waits for, and whose rights end meanwhile.
class LongPoll : public ApiWorld {
 protected:
  std::string token_of_its_own(const std::string& user) {
    const auto given = as(user).post("/api/v1/tokens", json::object{{"label", "CI"}}).value();
    token_id_ = text(given, "/id");
    return text(given, "/token");
  }

  // A request that has been sent, on a connection of its own.
  std::future<ApiResponse> sent(const std::string& token, const std::string& path) {
    return std::async(std::launch::async, [this, token, path] {
      ApiClientOptions options;
      options.address.port = server.port();
      options.token = Secret(token);
      return ApiClient(std::move(options)).send({.path = path}).value();
    });
  }

  // A restore of that container which stands still.
  std::string begin_restore(Standstill& still) {
    const auto begun =
        as("qa").post("/api/v1/containers/qa/restore", json::object{{"bookmark", "base"}}).value();
    still.wait_until_reached();
    return text(begun, "/id");
  }
  void keep_base() {
    must("qa", "/api/v1/containers/qa/bookmarks", json::object{{"name", "base"}});
  }
  void members_of_qa(json::array members) {
    members.push_back(json::object{{"user", "qa"}, {"role", "owner"}});
    ASSERT_OK(as("admin").patch("/api/v1/containers/qa", json::object{{"members", members}}));
  }

  // Asks with a wait, has `end` happen meanwhile, then lets the operation go on.
  ApiResponse asked_meanwhile(const std::string& token, const std::function<void()>& end) {
    keep_base();
    std::future<ApiResponse> answer;
    {
      Standstill still(*this);
      const auto operation = begin_restore(still);
      answer = sent(token, "/api/v1/operations/" + operation + "?wait=30");
      // It is being waited for: it would have been answered by now.
      EXPECT_EQ(answer.wait_for(300ms), std::future_status::timeout);
      end();
    }
    return answer.get();
  }

  std::string token_id_;
};

TEST_F(LongPoll, IsAnsweredToWhoMaySeeItStill) {
  const auto answer = asked_meanwhile(token_of("otto"), [] {});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.text, HasSubstr("\"state\":\"succeeded\""));
}

// So that a server which is to end needs not wait as long as they may.
TEST_F(LongPoll, IsAnsweredWithHowItIsOnceNobodyIsToWait) {
  keep_base();
  Standstill still(*this);
  const auto operation = begin_restore(still);
  auto answer = sent(token_of("otto"), "/api/v1/operations/" + operation + "?wait=30");
  ASSERT_EQ(answer.wait_for(300ms), std::future_status::timeout);
  engine.let_go_of_waiters();
  ASSERT_EQ(answer.wait_for(10s), std::future_status::ready);
  EXPECT_THAT(answer.get().text, HasSubstr("\"state\":\"running\""));
}

TEST_F(LongPoll, IsAnsweredToNoTokenThatHasEndedMeanwhile) {
  const auto token = token_of_its_own("otto");
  const auto answer =
      asked_meanwhile(token, [&] { ASSERT_OK(as("otto").remove("/api/v1/tokens/" + token_id_)); });
  EXPECT_EQ(answer.status, 401);
  EXPECT_THAT(answer.text, Not(HasSubstr("restore")));
}

TEST_F(LongPoll, IsAnsweredToNoMemberWhoWasRemovedMeanwhile) {
  const auto answer = asked_meanwhile(token_of("otto"), [&] { members_of_qa({}); });
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.text, Not(HasSubstr("restore")));
}

TEST_F(LongPoll, IsAnsweredToNoUserWhoWasRemovedMeanwhile) {
  const auto answer = asked_meanwhile(token_of("vera"),
                                      [&] { ASSERT_OK(as("admin").remove("/api/v1/users/vera")); });
  EXPECT_EQ(answer.status, 401);
}

TEST_F(LongPoll, IsAnsweredToNoAdministratorWhoIsOneNoMore) {
  ASSERT_OK(as("admin").patch("/api/v1/users/mia", json::object{{"role", "admin"}}));
  const auto answer = asked_meanwhile(token_of("mia"), [&] {
    ASSERT_OK(as("admin").patch("/api/v1/users/mia", json::object{{"role", "member"}}));
  });
  EXPECT_EQ(answer.status, 404);
}

TEST_F(LongPoll, OfADumpThatIsReadIsAnsweredToAdministratorsOnly) {
  ASSERT_OK(as("admin").patch("/api/v1/users/mia", json::object{{"role", "admin"}}));
  fakes->database->read_without_end(true);
  const auto begun = as("admin")
                         .post("/api/v1/dump-checks",
                               json::object{{"kind", "rows"}, {"settings", {{"dump", "/dumps/a"}}}})
                         .value();
  auto answer = sent(token_of("mia"), "/api/v1/dump-checks/" + text(begun, "/id") + "?wait=30");
  EXPECT_EQ(answer.wait_for(300ms), std::future_status::timeout);

  ASSERT_OK(as("admin").patch("/api/v1/users/mia", json::object{{"role", "member"}}));
  ASSERT_OK(as("admin").remove("/api/v1/dump-checks/" + text(begun, "/id")));

  EXPECT_EQ(answer.get().status, 403);
}

// Sizes take as long as trees are large.
class SlowReading : public LongPoll {
 protected:
  ApiResponse measured_meanwhile(const std::string& token, const std::string& path,
                                 const std::function<void()>& end) {
    std::promise<void> reached;
    std::promise<void> over;
    std::atomic<bool> is_first = true;
    fakes->storage.on_call([&](std::string_view method, FakeStorage::When when) -> Result<> {
      if (method == "usage" && when == FakeStorage::When::before && is_first.exchange(false)) {
        reached.set_value();
        over.get_future().wait();
      }
      return {};
    });
    auto answer = sent(token, path);
    reached.get_future().wait();
    std::this_thread::sleep_for(100ms);  // longer than rights are taken to last
    end();
    over.set_value();
    auto response = answer.get();
    fakes->storage.on_call({});
    return response;
  }
};

TEST_F(SlowReading, IsForWhoMaySeeItAtItsEnd) {
  const std::string path = "/api/v1/containers/qa/usage";
  EXPECT_EQ(measured_meanwhile(token_of("otto"), path, [] {}).status, 200);
  EXPECT_EQ(measured_meanwhile(token_of("otto"), path, [&] { members_of_qa({}); }).status, 404);
  const auto token = token_of_its_own("qa");
  EXPECT_EQ(measured_meanwhile(token, path,
                               [&] { ASSERT_OK(as("qa").remove("/api/v1/tokens/" + token_id_)); })
                .status,
            401);
}

TEST_F(SlowReading, OfEverythingIsForAdministratorsAtItsEnd) {
  ASSERT_OK(as("admin").patch("/api/v1/users/mia", json::object{{"role", "admin"}}));
  const auto answer = measured_meanwhile(token_of("mia"), "/api/v1/usage", [&] {
    ASSERT_OK(as("admin").patch("/api/v1/users/mia", json::object{{"role", "member"}}));
  });
  EXPECT_EQ(answer.status, 403);
}

}  // namespace
}  // namespace slip::api
