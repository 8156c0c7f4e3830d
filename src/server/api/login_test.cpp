#include "server/api/api_world.h"
#include "server/http/raw_client.h"

namespace slip::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Login : public ApiWorld {
 protected:
  static json::object credentials(const std::string& user, const std::string& password) {
    return {{"user", user}, {"password", password}};
  }
  Result<ApiResponse> log_in(const std::string& user, const std::string& password,
                             const std::string& query = "") {
    return as("").send({.method = "POST",
                        .path = "/api/v1/sessions" + query,
                        .body = credentials(user, password)});
  }
  ApiClient with_token(const std::string& token) {
    ApiClientOptions options;
    options.address.port = server.port();
    options.token = Secret(token);
    return ApiClient(std::move(options));
  }
};

TEST_F(Login, GivesASessionAsACookieAndAToken) {
  const auto answer = log_in("qa", "qaqa-----").value();
  ASSERT_EQ(answer.status, 200);
  const auto cookie = answer.headers.find("set-cookie")->second;
  EXPECT_THAT(cookie, StartsWith("slip_session=slp_"));
  EXPECT_THAT(cookie, HasSubstr("HttpOnly"));
  EXPECT_THAT(cookie, HasSubstr("SameSite=Strict"));
  EXPECT_THAT(cookie, Not(HasSubstr("Secure")));
  const auto body = answer.body().value();
  EXPECT_EQ(text(body, "/user/name"), "qa");
  EXPECT_EQ(text(body, "/user/role"), "member");

  const auto current = as("").send({.path = "/api/v1/sessions/current",
                                    .body = {},
                                    .headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}}});
  EXPECT_EQ(text(current->body().value(), "/user/name"), "qa");
  auto client = with_token(text(body, "/token"));
  EXPECT_OK(client.get("/api/v1/containers/qa"));
  EXPECT_OK(client.remove("/api/v1/sessions/current"));
  EXPECT_ERROR(client.get("/api/v1/containers/qa"), unauthenticated);
}

TEST_F(Login, OfTheCommandGivesATokenThatNoCookieCarries) {
  const auto answer = log_in("qa", "qaqa-----", "?kind=token").value();
  ASSERT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.headers.contains("set-cookie"));
  const auto token = text(answer.body().value(), "/token");
  EXPECT_OK(with_token(token).get("/api/v1/sessions/current"));
  const auto smuggled = as("").send({.path = "/api/v1/sessions/current",
                                     .body = {},
                                     .headers = {{"Cookie", "slip_session=" + token}}});
  EXPECT_EQ(smuggled->status, 401);
}

TEST_F(Login, SaysTheSameOfWrongUsersAndWrongPasswords) {
  const auto wrong_password = log_in("qa", "wrong-password").value();
  const auto wrong_user = log_in("nobody", "wrong-password").value();
  EXPECT_EQ(wrong_password.status, 401);
  EXPECT_EQ(wrong_password.text, wrong_user.text);
}

TEST_F(Login, IsNeededForEverythingButTheStatus) {
  EXPECT_EQ(text(as("").get("/api/v1/status").value(), "/version"), "1.2.3");
  for (const auto& route : router.routes()) {
    const auto space = route.find(' ');
    const auto method = route.substr(0, space);
    const auto path = route.substr(space + 1);
    if (path == "/api/v1/status" || (path == "/api/v1/sessions" && method == "POST")) continue;
    if (path == "/api/v1/webhooks/{secret}") continue;  // its address is a secret
    EXPECT_EQ(as("").send({.method = method, .path = path})->status, 401) << route;
  }
}

TEST_F(Login, StoresThePasswordAnewWhenItWasStoredAtAnotherCost) {
  const auto stored = [&] {
    return fakes->catalog
        .read([](CatalogUnit& catalog) { return catalog.users().find_named("qa"); })
        .value()
        ->password_hash;
  };
  const auto before = auth::hash_password(Secret("an old password")).value();
  ASSERT_OK(fakes->catalog.write([&](CatalogUnit& catalog) -> Result<> {
    auto user = *TRY(catalog.users().find_named("qa"));
    user.password_hash = before;
    return catalog.users().put(user);
  }));

  EXPECT_EQ(log_in("qa", "an old password")->status, 200);

  EXPECT_NE(stored(), before);
  EXPECT_EQ(log_in("qa", "an old password")->status, 200);
}

TEST_F(Login, IsRefusedWithATokenThatIsNone) {
  EXPECT_ERROR(with_token("slp_abc").get("/api/v1/containers"), unauthenticated);
  EXPECT_ERROR(with_token("rubbish").get("/api/v1/containers"), unauthenticated);
}

TEST_F(Login, WithTokensThatWereGivenAndTakenAway) {
  const auto given = as("qa").post("/api/v1/tokens", json::object{{"label", "CI"}}).value();
  auto client = with_token(text(given, "/token"));
  EXPECT_OK(client.get("/api/v1/containers/qa"));
  const auto listed = list("qa", "/api/v1/tokens");
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(text(listed[1], "/label"), "CI");
  EXPECT_THAT(json::serialize(listed), Not(HasSubstr("slp_")));
  EXPECT_ERROR(as("dev").remove("/api/v1/tokens/" + text(given, "/id")), not_found);
  EXPECT_OK(as("qa").remove("/api/v1/tokens/" + text(given, "/id")));
  EXPECT_ERROR(client.get("/api/v1/containers/qa"), unauthenticated);
}

TEST_F(Login, EndsWhenATokenExpires) {
  const auto until = to_rfc3339(fakes->clock.now() + std::chrono::hours(1));
  EXPECT_ERROR(as("qa").post("/api/v1/tokens",
                             json::object{{"label", "CI"}, {"expires_at", "2001-01-01T00:00:00Z"}}),
               invalid_argument);
  const auto given =
      as("qa").post("/api/v1/tokens", json::object{{"label", "CI"}, {"expires_at", until}}).value();
  auto client = with_token(text(given, "/token"));
  EXPECT_OK(client.get("/api/v1/containers/qa"));
  fakes->clock.advance(std::chrono::hours(2));
  EXPECT_ERROR(client.get("/api/v1/containers/qa"), unauthenticated);
}

class SlowLogin : public ApiWorld {
 protected:
  SlowLogin()
      : ApiWorld({.login_limits = {.free_failures_of_user = 2,
                                   .first_delay = std::chrono::hours(1),
                                   .delay_max = std::chrono::hours(1),
                                   .forget_after = std::chrono::hours(5)}}) {}
};

TEST_F(SlowLogin, AnswersGuessesLater) {
  const ApiRequest guess{.method = "POST",
                         .path = "/api/v1/sessions",
                         .body = json::object{{"user", "qa"}, {"password", "wrong-password"}}};
  int tries = 0;
  auto answer = as("").send(guess).value();
  while (answer.status == 401 && ++tries < 10) answer = as("").send(guess).value();
  EXPECT_EQ(answer.status, 429);
  EXPECT_GE(std::stoi(answer.headers.find("retry-after")->second), 3000);
  // The right password has to wait, too.
  EXPECT_ERROR(
      as("").post("/api/v1/sessions", json::object{{"user", "qa"}, {"password", "qaqa-----"}}),
      rate_limited);
  EXPECT_OK(
      as("").post("/api/v1/sessions", json::object{{"user", "dev"}, {"password", "devdev-----"}}));
}

class Users : public Login {};

TEST_F(Users, AreMadeByAdminsWithAPasswordThatIsShownOnce) {
  EXPECT_ERROR(as("qa").post("/api/v1/users", json::object{{"name", "zoe"}}), permission_denied);
  EXPECT_ERROR(as("qa").get("/api/v1/users"), permission_denied);

  const auto made = as("admin").post("/api/v1/users", json::object{{"name", "zoe"}}).value();

  EXPECT_EQ(text(made, "/name"), "zoe");
  EXPECT_EQ(text(made, "/role"), "member");
  EXPECT_EQ(text(made, "/operation/kind"), "edit_users");
  EXPECT_EQ(log_in("zoe", text(made, "/password"))->status, 200);
  EXPECT_THAT(names("admin", "/api/v1/users"),
              ElementsAre("admin", "dev", "mia", "otto", "qa", "vera", "zoe"));
  EXPECT_EQ(text(as("admin").get("/api/v1/users/zoe").value(), "/role"), "member");
  EXPECT_THAT(as("admin").send({.path = "/api/v1/users"})->text, Not(HasSubstr("argon")));
}

TEST_F(Users, RefuseNamesAndPasswordsThatAreImpossible) {
  const auto create = [&](json::object body) {
    return as("admin").post("/api/v1/users", std::move(body));
  };
  EXPECT_ERROR(create({{"name", "qa"}}), already_exists);
  EXPECT_ERROR(create({{"name", "Qa"}}), invalid_argument);
  EXPECT_ERROR(create({{"name", "zoe"}, {"password", "short"}}), invalid_argument);
  EXPECT_ERROR(create({{"name", "zoe"}, {"role", "king"}}), invalid_argument);
}

TEST_F(Users, ChangeTheirOwnPasswordAndNothingElse) {
  const auto session = text(log_in("qa", "qaqa-----")->body().value(), "/token");
  const json::object change{{"password", "a new password"}};
  EXPECT_ERROR(as("qa").patch("/api/v1/users/dev", change), permission_denied);
  EXPECT_ERROR(as("qa").patch("/api/v1/users/qa", json::object{{"role", "admin"}}),
               permission_denied);
  EXPECT_ERROR(as("qa").patch("/api/v1/users/qa", json::object{}), invalid_argument);

  EXPECT_OK(as("qa").patch("/api/v1/users/qa", change));

  EXPECT_EQ(log_in("qa", "qaqa-----")->status, 401);
  EXPECT_EQ(log_in("qa", "a new password")->status, 200);
  // Sessions begun with the old one have ended.
  EXPECT_ERROR(with_token(session).get("/api/v1/containers"), unauthenticated);
  EXPECT_OK(as("qa").get("/api/v1/containers"));
}

TEST_F(Users, LoseTheirWayInAndTheirContainersWhenRemoved) {
  EXPECT_OK(as("admin").patch("/api/v1/users/otto", json::object{{"role", "admin"}}));
  EXPECT_OK(as("otto").get("/api/v1/users"));
  EXPECT_ERROR(as("qa").remove("/api/v1/users/otto"), permission_denied);

  EXPECT_OK(as("admin").remove("/api/v1/users/otto"));

  EXPECT_ERROR(as("otto").get("/api/v1/users"), unauthenticated);
  const auto shown = as("qa").get("/api/v1/containers/qa").value();
  EXPECT_EQ(shown.at("members").as_array().size(), 2u);
  EXPECT_ERROR(as("admin").remove("/api/v1/users/otto"), not_found);
}

TEST_F(Users, AlwaysHaveAnAdministratorAmongThem) {
  const json::object demotion{{"role", "member"}};
  const auto refused = as("admin").remove("/api/v1/users/admin");
  ASSERT_ERROR(refused, precondition_failed);
  EXPECT_THAT(refused.error().message, HasSubstr("admin is the last administrator"));
  EXPECT_ERROR(as("admin").patch("/api/v1/users/admin", demotion), precondition_failed);
  EXPECT_OK(as("admin").get("/api/v1/users"));

  EXPECT_OK(as("admin").patch("/api/v1/users/otto", json::object{{"role", "admin"}}));

  EXPECT_OK(as("otto").patch("/api/v1/users/admin", demotion));
  EXPECT_ERROR(as("otto").patch("/api/v1/users/otto", demotion), precondition_failed);
}

}  // namespace
}  // namespace slip::api
