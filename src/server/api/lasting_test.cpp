// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "server/api/api_world.h"
#include "server/auth/token.h"

namespace slip::api {
namespace {

// An administrator who comes by a token that expires.
class ExpiringToken : public ApiWorld {
 protected:
  ExpiringToken() : until_(fakes->clock.now() + std::chrono::hours(1)) {
    const json::object body{{"label", "CI"}, {"expires_at", to_rfc3339(until_)}};
    token_ = text(as("admin").post("/api/v1/tokens", body).value(), "/token");
  }

  ApiResponse send(const std::string& method, const std::string& path,
                   std::optional<json::value> body, const std::string& password = "") {
    ApiRequest request{.method = method, .path = path, .body = std::move(body)};
    request.headers["Authorization"] = "Bearer " + token_;
    if (!password.empty()) request.headers["Slip-Present-Password"] = password;
    return as("").send(request).value();
  }

  // All that lets somebody in, or do something, once the token is no more: one line each.
  std::set<std::string> ways_in() {
    std::set<std::string> ways;
    EXPECT_OK(fakes->catalog.read([&](CatalogUnit& catalog) -> Result<> {
      for (const auto& user : TRY(catalog.users().all())) {
        ways.insert(user.name + " by " + user.password_hash);
        if (user.role == SystemRole::admin) ways.insert(user.name + " as an administrator");
        for (const auto& access : TRY(catalog.accesses().of_user(user.id))) {
          if (!access.expires_at || *access.expires_at > until_) ways.insert(access.id.str());
        }
      }
      for (const auto& container : TRY(catalog.containers().all(Trash::with))) {
        for (const auto& member : container.members) {
          for (int role = 0; role <= static_cast<int>(member.role); ++role) {
            ways.insert(container.name + " as " + member.user.str() + std::to_string(role));
          }
        }
      }
      for (const auto& source : TRY(catalog.sources().all(Trash::with))) {
        if (!source.webhook_hash.empty()) ways.insert(source.name + " " + source.webhook_hash);
      }
      return {};
    }));
    return ways;
  }

  struct Asked {
    std::string method;
    std::string path;
    std::optional<json::value> body;
  };
  // Each would succeed by a session.
  std::vector<Asked> what_lasts() {
    const auto members = [](const char* user, const char* role) {
      return json::array{json::object{{"user", "qa"}, {"role", "owner"}},
                         json::object{{"user", "otto"}, {"role", "operator"}},
                         json::object{{"user", user}, {"role", role}}};
    };
    const auto source = names("admin", "/api/v1/sources").at(0);
    return {
        {"POST", "/api/v1/users", json::object{{"name", "zoe"}}},
        {"POST", "/api/v1/users", json::object{{"name", "zora"}, {"role", "admin"}}},
        {"PATCH", "/api/v1/users/dev", json::object{{"password", "a new password"}}},
        {"PATCH", "/api/v1/users/mia", json::object{{"role", "admin"}}},
        {"PATCH", "/api/v1/containers/qa", json::object{{"members", members("mia", "viewer")}}},
        {"PATCH", "/api/v1/containers/qa", json::object{{"members", members("vera", "owner")}}},
        {"POST", "/api/v1/containers",
         json::object{{"name", "new"}, {"template", "shop"}, {"members", members("mia", "owner")}}},
        {"POST", "/api/v1/sources/" + source + "/webhook", std::nullopt},
    };
  }

  Timestamp until_;
  std::string token_;
};

TEST_F(ExpiringToken, MakesNothingThatLastsLongerThanItself) {
  const auto before = ways_in();

  for (const auto& [method, path, body] : what_lasts()) {
    const auto refused = send(method, path, body);
    EXPECT_EQ(refused.status, 403) << method << " " << path << " " << refused.text;
    EXPECT_THAT(refused.text, ::testing::HasSubstr("would last longer than the token"));
    EXPECT_THAT(refused.text, ::testing::HasSubstr("Slip-Present-Password"));
  }

  EXPECT_EQ(ways_in(), before);
}

TEST_F(ExpiringToken, MakesItWithItsUsersPasswordOnly) {
  for (const auto& [method, path, body] : what_lasts()) {
    const auto before = ways_in();
    const auto wrong = send(method, path, body, "a wrong password");
    EXPECT_EQ(wrong.status, 403) << path << " " << wrong.text;
    EXPECT_EQ(ways_in(), before) << path;
    const auto made = send(method, path, body, "adminadmin-----");
    EXPECT_TRUE(made.status == 201 || made.status == 202) << path << " " << made.text;
    // What it began is over before the next is tried.
    if (made.status == 202) {
      const OperationId begun(text(made.body().value(), "/id"));
      EXPECT_OK(engine.wait(begun, std::chrono::seconds(30)));
    }
  }
}

TEST_F(ExpiringToken, DoesTheRestWithoutThePassword) {
  const json::array without_vera{json::object{{"user", "qa"}, {"role", "owner"}},
                                 json::object{{"user", "otto"}, {"role", "viewer"}}};
  EXPECT_EQ(send("PATCH", "/api/v1/containers/qa", json::object{{"members", without_vera}}).status,
            202);
  EXPECT_EQ(send("PATCH", "/api/v1/users/mia", json::object{{"role", "member"}}).status, 202);
  EXPECT_EQ(send("POST", "/api/v1/containers",
                 json::object{{"name", "new"}, {"template", "shop"}, {"members", json::array()}})
                .status,
            202);
}

// Whatever the interface has: all that changes something is tried, with nothing but the path.
TEST_F(ExpiringToken, FindsNoRouteThatGivesAWayInWithoutBeingAsked) {
  const auto before = ways_in();
  const std::map<std::string, std::string> named{
      {"{container}", "qa"},
      {"{user}", "mia"},
      {"{template}", "shop"},
      {"{branch}", "default"},
      {"{source}", names("admin", "/api/v1/sources").at(0)}};
  int tried = 0;
  for (const auto& route : router.routes()) {
    const auto space = route.find(' ');
    const auto method = route.substr(0, space);
    auto path = route.substr(space + 1);
    // Those that take away are of no use for this, and leave nothing to try the others on.
    if (method == "GET" || method == "DELETE") continue;
    for (const auto& [placeholder, name] : named) {
      const auto at = path.find(placeholder);
      if (at != path.npos) path.replace(at, placeholder.size(), name);
    }
    (void)send(method, path, std::nullopt);
    ++tried;
    const auto after = ways_in();
    EXPECT_TRUE(std::ranges::includes(before, after)) << route;
  }
  EXPECT_GT(tried, 35);
}

TEST_F(ExpiringToken, IsToldApartFromOneThatNeverExpiresAndFromASession) {
  EXPECT_OK(as("admin").post("/api/v1/users", json::object{{"name", "zoe"}}));

  const auto login =
      as("")
          .send({.method = "POST",
                 .path = "/api/v1/sessions",
                 .body = json::object{{"user", "admin"}, {"password", "adminadmin-----"}}})
          .value();
  const auto cookie = login.headers.find("set-cookie")->second;
  const auto made =
      as("").send({.method = "POST",
                   .path = "/api/v1/users",
                   .body = json::object{{"name", "zora"}},
                   .headers = {{"Cookie", cookie.substr(0, cookie.find(';'))},
                               {"Slip-Page-Key", text(login.body().value(), "/page_key")}}});
  EXPECT_EQ(made->status, 201) << made->text;
}

}  // namespace
}  // namespace slip::api
