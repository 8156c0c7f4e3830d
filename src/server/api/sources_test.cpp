// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_world.h"

namespace slip::api {
namespace {

// Besides "shop.db" and "shop.app" there is "live.db", which follows production.
class SourcesApi : public ApiWorld {
 protected:
  SourcesApi() {
    must("admin", "/api/v1/sources",
         {{"name", "live.db"},
          {"config", {{"kind", "rows"}, {"settings", {{"follow", "yes"}}}}},
          {"schedule", "every 6h"}});
  }
  json::value get(const std::string& path) { return as("admin").get(path).value(); }
  ApiResponse send(const std::string& user, const std::string& method, const std::string& path,
                   json::value body = json::object()) {
    return as(user).send({.method = method, .path = path, .body = body}).value();
  }
};

TEST_F(SourcesApi, SayHowUpToDateTheyAre) {
  const auto live = get("/api/v1/sources/live.db/status");
  EXPECT_EQ(text(live, "/follows"), "true");
  EXPECT_EQ(text(live, "/state/health"), "following");
  EXPECT_EQ(text(live, "/state/lag_ms"), "0");
  EXPECT_EQ(text(live, "/last/kind"), "link_source");
  EXPECT_EQ(text(live, "/last/state"), "succeeded");
  EXPECT_EQ(text(live, "/schedule"), "every 6h");
  const auto synced = parse_rfc3339(text(live, "/synced_at")).value();
  EXPECT_EQ(text(live, "/next_sync"), to_rfc3339(synced + std::chrono::hours(6)));
  EXPECT_EQ(text(live, "/config"), "(no /config)") << "the address is nobody's business here";

  const auto copied = get("/api/v1/sources/shop.db/status");
  EXPECT_EQ(text(copied, "/follows"), "false");
  EXPECT_EQ(text(copied, "/state"), "null");
  EXPECT_EQ(text(copied, "/next_sync"), "null");
  EXPECT_EQ(send("qa", "GET", "/api/v1/sources/live.db/status").status, 403);
}

TEST_F(SourcesApi, SayWhyTheLastSyncFailed) {
  fakes->database->be_unreachable(true);
  const auto begun = send("admin", "POST", "/api/v1/sources/live.db/sync?wait=10");
  EXPECT_EQ(begun.status, 202);

  const auto live = get("/api/v1/sources/live.db/status");
  EXPECT_EQ(text(live, "/state/health"), "disconnected");
  EXPECT_EQ(text(live, "/last/kind"), "sync_source");
  EXPECT_EQ(text(live, "/last/state"), "failed");
  EXPECT_EQ(text(live, "/last/failure"), "production does not answer");
}

TEST_F(SourcesApi, GetAnotherUrl) {
  const std::string moved = "/api/v1/sources/moved.db";
  must("admin", "/api/v1/sources",
       {{"name", "moved.db"},
        {"config",
         {{"kind", "rows"},
          {"settings", {{"follow", "yes"}, {"url", "postgresql://me:old@here/shop"}}}}}});
  const json::value other = {{"url", "postgresql://me:new@there/shop"}};

  EXPECT_EQ(send("qa", "PATCH", moved, other).status, 403);
  EXPECT_EQ(send("admin", "PATCH", moved, {{"url", "postgresql://x"}, {"schedule", ""}}).status,
            400);
  EXPECT_EQ(send("admin", "PATCH", "/api/v1/sources/live.db", other).status, 409);
  EXPECT_EQ(text(get(moved), "/config/settings/url"), "postgresql://me:***@here/shop");

  EXPECT_EQ(send("admin", "PATCH", moved + "?wait=10", other).status, 202);

  EXPECT_EQ(text(get(moved), "/config/settings/url"), "postgresql://me:***@there/shop");
}

TEST_F(SourcesApi, GetASchedule) {
  EXPECT_EQ(send("admin", "PATCH", "/api/v1/sources/shop.db", {{"schedule", "daily 02:30"}}).status,
            202);
  EXPECT_EQ(text(get("/api/v1/sources/shop.db"), "/schedule"), "daily 02:30");
  EXPECT_EQ(
      send("admin", "PATCH", "/api/v1/sources/shop.db", {{"schedule", "now and then"}}).status,
      400);
  EXPECT_EQ(send("qa", "PATCH", "/api/v1/sources/shop.db", {{"schedule", ""}}).status, 403);
  EXPECT_EQ(send("admin", "PATCH", "/api/v1/sources/shop.db", {{"schedule", ""}}).status, 202);
  EXPECT_EQ(text(get("/api/v1/sources/shop.db"), "/next_sync"), "null");
}

TEST_F(SourcesApi, AreSyncedByWhoeverKnowsTheirWebhook) {
  EXPECT_EQ(send("qa", "POST", "/api/v1/sources/shop.db/webhook").status, 403);
  const auto made = send("admin", "POST", "/api/v1/sources/shop.db/webhook");
  ASSERT_EQ(made.status, 201);
  const std::string path = text(made.body().value(), "/path");
  EXPECT_EQ(text(get("/api/v1/sources/shop.db"), "/webhook"), "true");

  fakes->database->set_production("newer;");
  const auto called = send("", "POST", path);
  ASSERT_EQ(called.status, 202);
  const OperationId begun(text(called.body().value(), "/id"));
  const auto ended = engine.wait(begun, std::chrono::seconds(10));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->state, OperationState::succeeded);
  EXPECT_EQ(ended->actor.name, "the webhook of shop.db");
  EXPECT_EQ(send("", "POST", path + "x").status, 404);
  EXPECT_EQ(send("", "POST", "/api/v1/webhooks/slp_").status, 404);

  const auto again = send("admin", "POST", "/api/v1/sources/shop.db/webhook");
  EXPECT_EQ(send("", "POST", path).status, 404) << "the new one has ended it";
  EXPECT_EQ(send("admin", "DELETE", "/api/v1/sources/shop.db/webhook").status, 202);
  EXPECT_EQ(send("", "POST", text(again.body().value(), "/path")).status, 404);
}

}  // namespace
}  // namespace slip::api
