// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_world.h"

namespace slip::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Templates : public ApiWorld {};

TEST_F(Templates, ShowTheirSourcesAndVersions) {
  const auto shop = as("qa").get("/api/v1/templates/shop").value();
  EXPECT_EQ(text(shop, "/version"), "1");
  EXPECT_EQ(text(shop, "/sources/0/name"), "db");
  EXPECT_EQ(text(shop, "/sources/0/source/name"), "shop.db");
  EXPECT_EQ(text(shop, "/sources/0/kind"), "rows");
  EXPECT_EQ(text(shop, "/sources/1/port"), "1080");
  EXPECT_EQ(text(shop, "/versions/0/sources/1/priority"), "2");
  EXPECT_THAT(list("mia", "/api/v1/templates"), IsEmpty());
  EXPECT_ERROR(as("mia").get("/api/v1/templates/shop"), not_found);
  const auto unknown = as("admin").get("/api/v1/templates/shap");
  ASSERT_ERROR(unknown, not_found);
  EXPECT_THAT(unknown.error().hint, HasSubstr("There are: shop."));
}

TEST_F(Templates, AreMadeFromLinkedSources) {
  const json::object source{
      {"name", "crm.db"},
      {"config", {{"kind", "rows"}, {"settings", {{"url", "postgresql://u:secret@h/d"}}}}}};
  EXPECT_ERROR(as("qa").post("/api/v1/sources", source), permission_denied);
  const auto linked = must("admin", "/api/v1/sources", source);
  EXPECT_EQ(text(linked, "/source/name"), "crm.db");
  EXPECT_ERROR(as("admin").post("/api/v1/sources", source), already_exists);
  must("admin", "/api/v1/sources/crm.db/sync");

  const json::object mould{
      {"name", "crm"},
      {"sources", json::array{json::object{{"name", "db"}, {"source", "crm.db"}, {"port", 6000}}}}};
  must("admin", "/api/v1/templates", mould);
  must("admin", "/api/v1/templates/crm/versions",
       json::object{{"sources",
                     {{{"name", "db"}, {"source", "crm.db"}},
                      {{"name", "app"}, {"source", "shop.app"}, {"priority", 2}}}}});

  EXPECT_EQ(text(as("admin").get("/api/v1/templates/crm").value(), "/version"), "2");
  EXPECT_ERROR(as("admin").post("/api/v1/templates", mould), already_exists);
  EXPECT_ERROR(as("admin").remove("/api/v1/sources/crm.db"), precondition_failed);
  EXPECT_OK(as("admin").remove("/api/v1/templates/crm"));
  EXPECT_OK(as("admin").remove("/api/v1/sources/crm.db"));
  EXPECT_THAT(names("admin", "/api/v1/sources"), ElementsAre("shop.app", "shop.db"));
}

TEST_F(Templates, AreNotDeletedWhileThereAreContainers) {
  const auto refused = as("admin").remove("/api/v1/templates/shop");
  ASSERT_ERROR(refused, precondition_failed);
  EXPECT_THAT(refused.error().message, HasSubstr("container dev is of template shop"));
  EXPECT_ERROR(as("qa").remove("/api/v1/templates/shop"), permission_denied);
}

TEST_F(Templates, HideThePasswordsOfTheirSources) {
  must(
      "admin", "/api/v1/sources",
      json::object{{"name", "crm.db"},
                   {"config",
                    {{"kind", "rows"},
                     {"settings",
                      {{"url", "postgresql://reader:geheim@crm/prod"}, {"ssh_password", "geheim"}}},
                     {"run",
                      {{"command", json::array{"bin/app"}},
                       {"env", {{"DB_PASSWORD", "geheim"}, {"MODE", "test"}}}}}}}});
  const auto shown = as("admin").get("/api/v1/sources/crm.db").value();
  EXPECT_THAT(json::serialize(shown), Not(HasSubstr("geheim")));
  EXPECT_EQ(text(shown, "/config/settings/url"), "postgresql://reader:***@crm/prod");
  EXPECT_EQ(text(shown, "/config/run/env/MODE"), "test");
  EXPECT_EQ(text(shown, "/config/run/health"), "/");
  EXPECT_ERROR(as("qa").get("/api/v1/sources"), permission_denied);
}

TEST_F(Templates, OfAKindThatIsNotThereAreRefused) {
  EXPECT_ERROR(as("admin").post("/api/v1/sources",
                                json::object{{"name", "x"}, {"config", {{"kind", "oracle"}}}}),
               unsupported);
}

TEST_F(Templates, HaveHooksWhoseContentOnlyAdministratorsSee) {
  const json::object hook{{"when", "post_refresh"}, {"sql", "add secret of hooks"}};
  const json::object other{{"when", "pre_stop"},
                           {"command", json::array{"bye.sh", "secret of hooks"}},
                           {"program", "#!/bin/sh secret of hooks"},
                           {"time_limit_s", 5},
                           {"on_error", "continue"}};
  const auto version = [](json::array hooks) {
    return json::object{{"sources",
                         {{{"name", "db"},
                           {"source", "shop.db"},
                           {"hooks", std::move(hooks)},
                           {"subset", {{"orders", "secret of hooks"}}}},
                          {{"name", "app"}, {"source", "shop.app"}}}}};
  };
  must("admin", "/api/v1/templates/shop/versions", version({hook, other}));

  const auto shown = as("admin").get("/api/v1/templates/shop").value();
  EXPECT_EQ(text(shown, "/sources/0/hooks/0/sql"), "add secret of hooks");
  EXPECT_EQ(text(shown, "/sources/0/hooks/0/time_limit_s"), "60");
  EXPECT_EQ(text(shown, "/sources/0/hooks/0/on_error"), "fail");
  EXPECT_EQ(text(shown, "/sources/0/hooks/1/on_error"), "continue");
  EXPECT_EQ(text(shown, "/sources/0/subset/orders"), "secret of hooks");
  const auto to_others = as("qa").get("/api/v1/templates/shop").value();
  EXPECT_THAT(json::serialize(to_others), Not(HasSubstr("secret of hooks")));
  EXPECT_EQ(text(to_others, "/sources/0/hooks/1/command/0"), "bye.sh");
  EXPECT_ERROR(as("admin").post("/api/v1/templates/shop/versions",
                                version({json::object{{"when", "post_refresh"}}})),
               invalid_argument);
  EXPECT_ERROR(as("admin").post("/api/v1/templates/shop/versions",
                                version({json::object{{"when", "now"}, {"sql", "x"}}})),
               invalid_argument);
}

class Operations : public ApiWorld {};

TEST_F(Operations, ShowWhatTheirHooksSaid) {
  must("admin", "/api/v1/templates/shop/versions",
       json::object{{"sources",
                     {{{"name", "db"},
                       {"source", "shop.db"},
                       {"hooks", {{{"when", "post_refresh"}, {"sql", "add row"}}}}},
                      {{"name", "app"}, {"source", "shop.app"}}}}});

  const auto refresh = must("qa", "/api/v1/containers/qa/refresh");

  const auto hook_step = [](const json::value& operation) -> json::value {
    for (const auto& step : operation.at("steps").as_array()) {
      if (text(step, "/kind") == "run_hooks") return step;
    }
    return nullptr;
  };
  const auto shown =
      hook_step(as("vera").get("/api/v1/operations/" + text(refresh, "/id")).value());
  EXPECT_EQ(text(shown, "/hooks/0/source"), "db");
  EXPECT_EQ(text(shown, "/hooks/0/when"), "post_refresh");
  EXPECT_EQ(text(shown, "/hooks/0/hook"), "SQL");
  EXPECT_EQ(text(shown, "/hooks/0/error"), "null");
  EXPECT_EQ(text(shown, "/hooks/0/output"), "done: add row\n");
  const auto listed = hook_step(list("vera", "/api/v1/operations?container=qa&limit=1").at(0));
  EXPECT_EQ(text(listed, "/hooks/0/when"), "post_refresh");
  EXPECT_EQ(text(listed, "/hooks/0/output"), "");
}

TEST_F(Operations, AreListedNewestFirstAndPagedToWhoMaySeeThem) {
  for (const char* name : {"a", "b", "c"}) {
    must("qa", "/api/v1/containers/qa/bookmarks", json::object{{"name", name}});
  }
  const auto first = as("vera").get("/api/v1/operations?limit=2&container=qa").value();
  ASSERT_EQ(first.at("items").as_array().size(), 2u);
  EXPECT_EQ(text(first, "/items/0/words"), "bookmark qa as \"c\"");
  const auto second =
      as("vera")
          .get("/api/v1/operations?limit=2&container=qa&before=" + text(first, "/next"))
          .value();
  EXPECT_EQ(text(second, "/items/0/words"), "bookmark qa as \"a\"");
  EXPECT_EQ(text(second, "/items/1/kind"), "create_container");
  EXPECT_THAT(list("mia", "/api/v1/operations"), IsEmpty());
  EXPECT_ERROR(as("dev").get("/api/v1/operations?container=qa"), not_found);
  EXPECT_ERROR(as("dev").get("/api/v1/operations/" + text(first, "/items/0/id")), not_found);
  EXPECT_EQ(text(as("qa").get("/api/v1/operations/" + text(first, "/items/0/id")).value(),
                 "/steps/0/kind"),
            "take_snapshot");
  EXPECT_EQ(json::serialize(first).find("snp_"), std::string::npos);
}

TEST_F(Operations, AreCanceledUntilTheSwitch) {
  must("qa", "/api/v1/containers/qa/bookmarks", json::object{{"name", "base"}});
  std::string id;
  {
    Standstill standstill(*this);
    id = text(
        as("qa").post("/api/v1/containers/qa/restore", json::object{{"bookmark", "base"}}).value(),
        "/id");
    standstill.wait_until_reached();
    EXPECT_ERROR(as("vera").post("/api/v1/operations/" + id + "/cancel"), permission_denied);
    const auto asked = as("otto").post("/api/v1/operations/" + id + "/cancel");
    EXPECT_EQ(text(asked.value(), "/cancel_requested"), "true");
  }
  const auto ended = as("qa").get("/api/v1/operations/" + id + "?wait=30").value();
  EXPECT_EQ(text(ended, "/state"), "canceled");
  EXPECT_EQ(text(ended, "/failure/code"), "canceled");
  EXPECT_ERROR(as("qa").post("/api/v1/operations/" + id + "/cancel"), precondition_failed);
}

TEST_F(Operations, ThatFailSayWhyAndLeaveEverythingAsItWas) {
  must("qa", "/api/v1/containers/qa/bookmarks", json::object{{"name", "base"}});
  fakes->storage.fail_next("clone", {.code = ErrorCode::no_space, .message = "the pool is full"});
  const auto failed =
      as("qa")
          .post("/api/v1/containers/qa/restore?wait=30", json::object{{"bookmark", "base"}})
          .value();
  EXPECT_EQ(text(failed, "/state"), "failed");
  EXPECT_EQ(text(failed, "/failure/code"), "no_space");
  EXPECT_THAT(text(failed, "/failure/message"), HasSubstr("the pool is full"));
  EXPECT_EQ(text(failed, "/failure/step"), "Getting the data ready");
  EXPECT_EQ(text(as("qa").get("/api/v1/containers/qa").value(), "/state"), "running");
}

class Pool : public ApiWorld {
 protected:
  Pool()
      : ApiWorld({}, {.pool = {.settings = {.driver = "automatic",
                                            .place = "/data/pool",
                                            .size = 4096,
                                            .options = {{"reserve", "yes"}}},
                               .kind = "btrfs_file",
                               .why = "root",
                               .warning = "small"}}) {}
};

TEST_F(Pool, SaysWhatItIsAndWhy) {
  fakes->storage.add_unknown("somebody's file");
  const auto shown = as("admin").get("/api/v1/pool").value();
  EXPECT_EQ(text(shown, "/kind"), "btrfs_file");
  EXPECT_EQ(text(shown, "/why"), "root");
  EXPECT_EQ(text(shown, "/warning"), "small");
  EXPECT_EQ(text(shown, "/settings/driver"), "automatic");
  EXPECT_EQ(text(shown, "/settings/place"), "/data/pool");
  EXPECT_EQ(text(shown, "/settings/size"), "4096");
  EXPECT_EQ(text(shown, "/settings/options/reserve"), "yes");
  EXPECT_EQ(text(shown, "/isolation"), "none");
  EXPECT_GT(std::stoll(text(shown, "/total")), 0);
  EXPECT_EQ(text(shown, "/unknown/0"), "somebody's file");
  EXPECT_EQ(text(as("qa").get("/api/v1/pool").value(), "/unknown"), "[]");
}

}  // namespace
}  // namespace slip::api
