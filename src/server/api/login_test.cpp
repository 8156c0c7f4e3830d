// SPDX-License-Identifier: Apache-2.0
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
  explicit Login(ApiSettings settings = {}) : ApiWorld(std::move(settings)) {}

  // The two halves of a page's session.
  struct PageSession {
    std::string cookie;  // "name=value"
    std::string page_key;
  };
  static PageSession session_of(const ApiResponse& login) {
    const auto cookie = login.headers.find("set-cookie")->second;
    return {cookie.substr(0, cookie.find(';')), text(login.body().value(), "/page_key")};
  }
  // Who one is to a page that has these.
  ApiResponse asked_with(const std::string& cookie, const std::string& page_key) {
    ApiRequest request{.path = "/api/v1/sessions/current"};
    if (!cookie.empty()) request.headers["Cookie"] = cookie;
    if (!page_key.empty()) request.headers["Slip-Page-Key"] = page_key;
    return as("").send(request).value();
  }
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

TEST_F(Login, GivesASessionInTwoHalvesThatAreGoodOnlyTogether) {
  const auto answer = log_in("qa", "qaqa-----").value();
  ASSERT_EQ(answer.status, 200);
  const auto set = answer.headers.find("set-cookie")->second;
  EXPECT_THAT(set, StartsWith("slip_session=sls_"));
  EXPECT_THAT(set, HasSubstr("HttpOnly"));
  EXPECT_THAT(set, HasSubstr("SameSite=Strict"));
  EXPECT_THAT(set, Not(HasSubstr("Secure")));
  const auto body = answer.body().value();
  EXPECT_EQ(text(body, "/user/name"), "qa");
  EXPECT_EQ(text(body, "/user/role"), "member");
  EXPECT_FALSE(body.as_object().contains("token"));
  const auto session = session_of(answer);

  EXPECT_EQ(text(asked_with(session.cookie, session.page_key).body().value(), "/user/name"), "qa");
  EXPECT_EQ(asked_with(session.cookie, "").status, 401);
  EXPECT_EQ(asked_with("", session.page_key).status, 401);
  EXPECT_EQ(
      asked_with(session.cookie, session_of(log_in("qa", "qaqa-----").value()).page_key).status,
      401);
}

// An application of a container gets the cookie of whoever opens it.
TEST_F(Login, OfThePageIsNoTokenInAnyForm) {
  const auto session = session_of(log_in("qa", "qaqa-----").value());
  const auto value = session.cookie.substr(session.cookie.find('=') + 1);
  for (const auto& secret : {value, session.page_key, value + session.page_key}) {
    EXPECT_ERROR(with_token(secret).get("/api/v1/containers"), unauthenticated);
  }
}

// Whatever another application of this host has set, for whatever path.
TEST_F(Login, IsFoundAmongCookiesThatOthersPlanted) {
  const auto own = session_of(log_in("qa", "qaqa-----").value());
  const auto others = session_of(log_in("dev", "devdev-----").value());

  EXPECT_EQ(text(asked_with(others.cookie + "; " + own.cookie, own.page_key).body().value(),
                 "/user/name"),
            "qa");
  EXPECT_EQ(asked_with(others.cookie, own.page_key).status, 401);
  std::string many = "slip_session=rubbish";
  for (int i = 0; i < 100; ++i) many += "; slip_session=" + std::to_string(i);
  EXPECT_EQ(asked_with(many + "; " + own.cookie, own.page_key).status, 200);
}

TEST_F(Login, EndsTheSessionThatTheBrowserHadBefore) {
  const auto before = session_of(log_in("qa", "qaqa-----").value());
  const ApiRequest again{
      .method = "POST",
      .path = "/api/v1/sessions",
      .body = credentials("qa", "qaqa-----"),
      .headers = {{"Cookie", before.cookie}, {"Slip-Page-Key", before.page_key}}};
  ASSERT_EQ(as("").send(again)->status, 200);

  EXPECT_EQ(asked_with(before.cookie, before.page_key).status, 401);
}

class LoginBehindTls : public Login {
 protected:
  LoginBehindTls() : Login({.browser_transport = http::Transport::tls}) {}
};

TEST_F(LoginBehindTls, SetsACookieThatNoOtherHostAndNothingPlainCanSet) {
  const auto answer = log_in("qa", "qaqa-----").value();
  const auto set = answer.headers.find("set-cookie")->second;
  EXPECT_THAT(set, StartsWith("__Host-slip_session=sls_"));
  EXPECT_THAT(set, HasSubstr("; Secure"));
  EXPECT_THAT(set, HasSubstr("; Path=/;"));
  const auto session = session_of(answer);
  EXPECT_EQ(asked_with(session.cookie, session.page_key).status, 200);
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

TEST_F(Login, IsNeededForEverythingButTheStatusAndWhomToTrust) {
  EXPECT_EQ(text(as("").get("/api/v1/status").value(), "/version"), "1.2.3");
  EXPECT_TRUE(as("").get("/api/v1/certificate-authority"));
  for (const auto& route : router.routes()) {
    const auto space = route.find(' ');
    const auto method = route.substr(0, space);
    const auto path = route.substr(space + 1);
    if (path == "/api/v1/certificate-authority") continue;
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

TEST_F(Login, EndsForTheTokensThatATokenHasMadeWithIt) {
  const auto made_with = [&](ApiClient& client, const std::string& label) {
    return client.post("/api/v1/tokens", json::object{{"label", label}}).value();
  };
  const auto leaked = made_with(as("qa"), "leaked");
  auto thief = with_token(text(leaked, "/token"));
  const auto second = made_with(thief, "second");
  auto of_second = with_token(text(second, "/token"));
  auto of_third = with_token(text(made_with(of_second, "third"), "/token"));
  auto other = with_token(text(made_with(as("qa"), "other"), "/token"));
  EXPECT_OK(of_third.get("/api/v1/containers/qa"));

  EXPECT_OK(as("qa").remove("/api/v1/tokens/" + text(leaked, "/id")));
  for (ApiClient* one : {&thief, &of_second, &of_third}) {
    EXPECT_ERROR(one->get("/api/v1/containers/qa"), unauthenticated);
  }
  EXPECT_OK(other.get("/api/v1/containers/qa"));
  EXPECT_OK(as("qa").get("/api/v1/containers/qa"));
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

TEST_F(Login, WithATokenEndsByItselfUnlessItIsToldNotTo) {
  const auto created = [&](json::object body) {
    body["label"] = "CI";
    return as("qa").post("/api/v1/tokens", body);
  };
  // The clock goes on with every look at it.
  const auto ends_in_90_days = [&](const json::value& answer) {
    const auto left = parse_rfc3339(text(answer, "/expires_at")).value() - fakes->clock.now();
    return left > std::chrono::hours(24 * 90 - 1) && left <= std::chrono::hours(24 * 90);
  };
  EXPECT_TRUE(ends_in_90_days(created({}).value()));
  EXPECT_TRUE(ends_in_90_days(log_in("qa", "qaqa-----", "?kind=token")->body().value()));
  EXPECT_EQ(text(created({{"never_expires", true}}).value(), "/expires_at"), "null");
  EXPECT_ERROR(created({{"never_expires", true}, {"expires_at", "2100-01-01T00:00:00Z"}}),
               invalid_argument);
}

TEST_F(Login, WithATokenMakesNoneThatIsGoodForLonger) {
  const auto until = fakes->clock.now() + std::chrono::hours(24 * 7);
  const json::object seven_days{{"label", "CI"}, {"expires_at", to_rfc3339(until)}};
  auto client = with_token(text(as("qa").post("/api/v1/tokens", seven_days).value(), "/token"));
  const auto created = [&](json::object body) {
    body["label"] = "x";
    return client.post("/api/v1/tokens", body);
  };

  EXPECT_ERROR(created({{"never_expires", true}}), permission_denied);
  EXPECT_ERROR(created({{"expires_at", to_rfc3339(until + std::chrono::seconds(1))}}),
               permission_denied);
  EXPECT_EQ(text(created({}).value(), "/expires_at"), to_rfc3339(until));
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

TEST_F(Login, IsGoodAgainOnceAClockThatWasFarAheadIsSetRight) {
  const auto given = as("qa").post("/api/v1/tokens", json::object{{"label", "CI"}}).value();
  auto client = with_token(text(given, "/token"));
  constexpr auto year = std::chrono::hours(24 * 365);

  fakes->clock.advance(year);
  EXPECT_ERROR(client.get("/api/v1/containers/qa"), unauthenticated);
  ASSERT_EQ(log_in("qa", "qaqa-----")->status, 200);
  fakes->clock.set_back(year);

  EXPECT_OK(client.get("/api/v1/containers/qa"));
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

class Streams : public Login {
 protected:
  // A stream of events that stands.
  std::unique_ptr<http::RawClient> stream_of(const std::string& headers,
                                             const std::string& query = "") {
    auto client = std::make_unique<http::RawClient>(server.port());
    client->send("GET /api/v1/events" + query + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
                 "\r\n");
    EXPECT_THAT(client->read_until("event: ready"), HasSubstr("event: ready"));
    return client;
  }
  static std::string bearer(const std::string& token) {
    return "Authorization: Bearer " + token + "\r\n";
  }
  static std::string headers_of(const PageSession& session) {
    return "Cookie: " + session.cookie + "\r\nSlip-Page-Key: " + session.page_key + "\r\n";
  }
  // It has ended, and not only fallen silent.
  static bool has_ended(http::RawClient& client) {
    client.read_until("nothing that is ever sent");
    return client.is_closed();
  }
};

TEST_F(Streams, EndWithTheSessionAndNoOther) {
  const auto first = session_of(log_in("qa", "qaqa-----").value());
  const auto second = session_of(log_in("qa", "qaqa-----").value());
  const auto ending = stream_of(headers_of(first));
  const auto staying = stream_of(headers_of(second));

  const auto left =
      as("").send({.method = "DELETE",
                   .path = "/api/v1/sessions/current",
                   .headers = {{"Cookie", first.cookie}, {"Slip-Page-Key", first.page_key}}});
  ASSERT_EQ(left->status, 204);

  EXPECT_TRUE(has_ended(*ending));
  must("qa", "/api/v1/containers/qa/bookmarks", json::object{{"name", "later"}});
  EXPECT_THAT(staying->read_until("later"), HasSubstr("later"));
}

TEST_F(Streams, EndWithTheToken) {
  const auto given = as("qa").post("/api/v1/tokens", json::object{{"label", "CI"}}).value();
  const auto stream = stream_of(bearer(text(given, "/token")));

  EXPECT_OK(as("qa").remove("/api/v1/tokens/" + text(given, "/id")));

  EXPECT_TRUE(has_ended(*stream));
}

TEST_F(Streams, EndWhenTheUserIsRemoved) {
  const auto stream = stream_of(bearer(token_of("mia")));

  EXPECT_OK(as("admin").remove("/api/v1/users/mia"));

  EXPECT_TRUE(has_ended(*stream));
}

TEST_F(Streams, EndWhenThePasswordChanges) {
  const auto session = session_of(log_in("qa", "qaqa-----").value());
  const auto stream = stream_of(headers_of(session));

  EXPECT_OK(as("admin").patch("/api/v1/users/qa", json::object{{"password", "a new password"}}));

  EXPECT_TRUE(has_ended(*stream));
  EXPECT_EQ(asked_with(session.cookie, session.page_key).status, 401);
}

TEST_F(Streams, EndWhenTheirTokenExpires) {
  const auto until = to_rfc3339(fakes->clock.now() + std::chrono::hours(1));
  const json::object body{{"label", "CI"}, {"expires_at", until}};
  const auto stream =
      stream_of(bearer(text(as("qa").post("/api/v1/tokens", body).value(), "/token")));

  fakes->clock.advance(std::chrono::hours(2));
  must("dev", "/api/v1/containers/dev/bookmarks", json::object{{"name", "anything"}});

  EXPECT_TRUE(has_ended(*stream));
}

TEST_F(Streams, OfAContainerEndForAMemberWhoIsOneNoMore) {
  const auto of_it = stream_of(bearer(token_of("otto")), "?container=qa");
  const auto looking = stream_of(bearer(token_of("otto")), "?looking_at=qa");

  EXPECT_OK(as("admin").patch(
      "/api/v1/containers/qa",
      json::object{{"members", json::array{json::object{{"user", "qa"}, {"role", "owner"}}}}}));

  EXPECT_TRUE(has_ended(*of_it));
  EXPECT_TRUE(has_ended(*looking));
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
  const auto session = session_of(log_in("qa", "qaqa-----").value());
  const json::object change{{"password", "a new password"}, {"present_password", "qaqa-----"}};
  EXPECT_ERROR(as("qa").patch("/api/v1/users/dev", change), permission_denied);
  EXPECT_ERROR(as("qa").patch("/api/v1/users/qa", json::object{{"role", "admin"}}),
               permission_denied);
  EXPECT_ERROR(as("qa").patch("/api/v1/users/qa", json::object{}), invalid_argument);

  EXPECT_OK(as("qa").patch("/api/v1/users/qa", change));

  EXPECT_EQ(log_in("qa", "qaqa-----")->status, 401);
  EXPECT_EQ(log_in("qa", "a new password")->status, 200);
  // Sessions begun with the old one have ended.
  EXPECT_EQ(asked_with(session.cookie, session.page_key).status, 401);
  EXPECT_OK(as("qa").get("/api/v1/containers"));
}

TEST_F(Users, ChangeTheirPasswordOnlyWithThePresentOne) {
  const auto change = [&](json::object body) { return as("qa").patch("/api/v1/users/qa", body); };
  EXPECT_ERROR(change({{"password", "a new password"}}), invalid_argument);
  EXPECT_ERROR(change({{"password", "a new password"}, {"present_password", "wrong"}}),
               permission_denied);
  EXPECT_EQ(log_in("qa", "qaqa-----")->status, 200);
  // Guessing it is slowed down as at the login.
  int tries = 0;
  auto guessed = change({{"password", "a new password"}, {"present_password", "wrong"}});
  while (!guessed && guessed.error().code == ErrorCode::permission_denied && ++tries < 20) {
    guessed = change({{"password", "a new password"}, {"present_password", "wrong"}});
  }
  EXPECT_ERROR(guessed, rate_limited);
  // An administrator needs only the right to.
  EXPECT_OK(as("admin").patch("/api/v1/users/qa", json::object{{"password", "a third one"}}));
  EXPECT_ERROR(as("admin").patch("/api/v1/users/admin", json::object{{"password", "a third one"}}),
               invalid_argument);
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
