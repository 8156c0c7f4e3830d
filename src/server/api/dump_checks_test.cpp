// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_world.h"

namespace slip::api {
namespace {

class DumpCheckApi : public ApiWorld {
 protected:
  ApiResponse begin(const std::string& dump, const std::string& query = "?wait=10",
                    const std::string& user = "admin", const std::string& kind = "rows") {
    const auto sent = as(user).send(
        {.method = "POST",
         .path = "/api/v1/dump-checks" + query,
         .body = json::object{{"kind", kind}, {"settings", json::object{{"dump", dump}}}}});
    EXPECT_TRUE(sent);
    return sent.value_or(ApiResponse());
  }
  json::value look(const std::string& id, const std::string& query) {
    return as("admin").get("/api/v1/dump-checks/" + id + query).value_or(nullptr);
  }
};

TEST_F(DumpCheckApi, TellsWhatADumpNeedsAndWhyItWouldBeRefused) {
  const auto fine = begin("/dumps/fine");
  EXPECT_EQ(fine.status, 202);
  EXPECT_EQ(text(fine.body().value(), "/state"), "succeeded");
  EXPECT_EQ(text(fine.body().value(), "/report/refusals"), "[]");

  const auto refused = begin("/dumps/refused").body().value();
  EXPECT_EQ(text(refused, "/report/refusals/0/line"), "3");
  EXPECT_EQ(text(refused, "/report/refusals/0/message"), "no");
  EXPECT_EQ(text(look(text(refused, "/id"), ""), "/report/refusals/0/hint"), "go");
}

TEST_F(DumpCheckApi, IsForAdministratorsSinceItReadsFilesOfTheMachine) {
  EXPECT_EQ(begin("/etc/shadow", "", "qa").status, 403);
}

TEST_F(DumpCheckApi, SaysWhichKindsHaveNoDumps) {
  EXPECT_EQ(begin("/dumps/fine", "", "admin", "app").status, 501);
}

TEST_F(DumpCheckApi, ReadsAFewDumpsAtOnceAndEndsWhenItIsTold) {
  fakes->database->read_without_end(true);
  const auto first = text(begin("/dumps/a", "").body().value(), "/id");
  const auto second = text(begin("/dumps/b", "").body().value(), "/id");
  EXPECT_EQ(begin("/dumps/c", "").status, 429);

  const auto ended = as("admin").send({.method = "DELETE", .path = "/api/v1/dump-checks/" + first});
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->status, 204);

  EXPECT_EQ(text(look(first, "?wait=20"), "/failure/code"), "canceled");
  EXPECT_EQ(text(look(second, ""), "/state"), "running");
  // The server ends what is still being read.
}

TEST_F(DumpCheckApi, FailsWithADefectOfOursAndNotTheDaemonWithIt) {
  const auto failed = begin("/dumps/defect").body().value();
  EXPECT_EQ(text(failed, "/state"), "failed");
  EXPECT_EQ(text(failed, "/failure/code"), "internal");

  EXPECT_EQ(text(begin("/dumps/fine").body().value(), "/state"), "succeeded");
}

TEST_F(DumpCheckApi, DoesNotKnowWhatItHasForgotten) {
  EXPECT_FALSE(as("admin").get("/api/v1/dump-checks/chk_unknown"));
}

}  // namespace
}  // namespace slip::api
