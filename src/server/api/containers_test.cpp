// SPDX-License-Identifier: Apache-2.0
#include "operations/routes.h"
#include "server/api/api_world.h"

namespace slip::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Containers : public ApiWorld {};

TEST_F(Containers, ShowTheirStateMembersAndAddresses) {
  const auto qa = as("qa").get("/api/v1/containers/qa").value();

  EXPECT_EQ(text(qa, "/name"), "qa");
  EXPECT_EQ(text(qa, "/template/name"), "shop");
  EXPECT_EQ(text(qa, "/active_branch/name"), "default");
  EXPECT_EQ(text(qa, "/state"), "running");
  EXPECT_EQ(text(qa, "/operation"), "null");
  EXPECT_EQ(text(qa, "/my_role"), "owner");
  EXPECT_EQ(text(qa, "/members/1/name"), "otto");
  EXPECT_EQ(text(qa, "/members/1/role"), "operator");
  EXPECT_EQ(text(qa, "/endpoints/0/source"), "db");
  EXPECT_EQ(text(qa, "/endpoints/0/kind"), "rows");
  EXPECT_EQ(text(qa, "/endpoints/0/port"), "5433");
  EXPECT_EQ(text(qa, "/endpoints/0/host"), "127.0.0.1");
  EXPECT_EQ(text(qa, "/lock"), "null");
  EXPECT_EQ(json::serialize(qa).find("password"), std::string::npos);
}

TEST_F(Containers, SayWhatIsWrongWithAnAddress) {
  fakes->database->admit_nobody();

  for (const std::string path :
       {"/api/v1/containers/qa", "/api/v1/containers/qa/branches/default"}) {
    const auto one = as("qa").get(path).value();
    EXPECT_EQ(text(one, "/endpoints/0/notes/0"), "the database \"rows\" is not there");
    EXPECT_EQ(text(one, "/endpoints/1/notes"), "[]");
  }
  EXPECT_EQ(text(list("qa", "/api/v1/containers").front(), "/endpoints/0/notes"), "[]")
      << "a list asks nobody";
}

TEST_F(Containers, GiveNoAddressThatLeadsToAnotherProgram) {
  const auto qa = fakes->container("qa");
  const auto port = qa.endpoints[0].port;
  ASSERT_EQ(port, 5433);
  fakes->endpoints.forget_all();
  fakes->endpoints.take(port);
  EXPECT_ERROR(apply_routes(engine.world(), qa.id, {}), already_exists);

  const auto shown = [&](const std::string& path) { return as("qa").get(path).value(); };
  for (const auto& one :
       {shown("/api/v1/containers/qa"), shown("/api/v1/containers/qa/branches/default"),
        json::value(list("qa", "/api/v1/containers").front())}) {
    EXPECT_EQ(text(one, "/endpoints/0/connection"), "null");
    EXPECT_EQ(text(one, "/endpoints/0/port"), "5433");
    EXPECT_THAT(text(one, "/endpoints/0/notes/0"),
                HasSubstr("Another program listens on port 5433"));
    EXPECT_NE(text(one, "/endpoints/1/connection"), "null");
    EXPECT_EQ(text(one, "/endpoints/1/notes"), "[]");
  }

  fakes->endpoints.let_go(port);
  EXPECT_OK(apply_routes(engine.world(), qa.id, {}));
  EXPECT_NE(text(shown("/api/v1/containers/qa"), "/endpoints/0/connection"), "null");
  EXPECT_EQ(text(shown("/api/v1/containers/qa"), "/endpoints/0/notes"), "[]");
}

TEST_F(Containers, ShowTheirPasswordToWhoWorksWithThemAndNotToWhoLooks) {
  const auto url_for = [&](const std::string& user, const std::string& path) {
    return text(as(user).get(path).value(), "/endpoints/0/connection/url");
  };
  for (const std::string path :
       {"/api/v1/containers/qa", "/api/v1/containers/qa/branches/default"}) {
    const auto whole = url_for("qa", path);
    EXPECT_THAT(whole, ::testing::MatchesRegex("rows://slip:.+@127.0.0.1:5433"));
    EXPECT_EQ(url_for("otto", path), whole);
    EXPECT_EQ(url_for("admin", path), whole);
    EXPECT_EQ(url_for("vera", path), "rows://slip@127.0.0.1:5433");
  }
  const auto password = fakes->secrets.get(fakes->container("qa").login).value().reveal();
  for (const std::string path : {"/api/v1/containers", "/api/v1/containers/qa/branches",
                                 "/api/v1/operations", "/api/v1/containers/qa/timeline"}) {
    EXPECT_THAT(json::serialize(as("vera").get(path).value()),
                ::testing::Not(HasSubstr(":" + password + "@")))
        << path;
  }
}

TEST_F(Containers, AreListedToTheirMembersOnly) {
  EXPECT_THAT(names("qa", "/api/v1/containers"), ElementsAre("qa"));
  EXPECT_THAT(names("vera", "/api/v1/containers"), ElementsAre("qa"));
  EXPECT_THAT(names("admin", "/api/v1/containers"), ElementsAre("dev", "qa"));
  EXPECT_THAT(names("mia", "/api/v1/containers"), IsEmpty());
}

TEST_F(Containers, ThatOneCannotSeeDoNotExist) {
  const auto answer = as("qa").get("/api/v1/containers/dev");
  ASSERT_ERROR(answer, not_found);
  EXPECT_THAT(answer.error().hint, HasSubstr("There are: qa."));
}

TEST_F(Containers, AreMadeByAdminsAndMayBeNamedByTheirId) {
  const json::object body{
      {"name", "ci"},
      {"template", "shop"},
      {"members", json::array{json::object{{"user", "mia"}, {"role", "owner"}}}}};
  EXPECT_ERROR(as("qa").post("/api/v1/containers", body), permission_denied);

  const auto made = must("admin", "/api/v1/containers", body);

  EXPECT_EQ(text(made, "/kind"), "create_container");
  EXPECT_EQ(text(made, "/container/name"), "ci");
  const auto by_id = as("mia").get("/api/v1/containers/" + text(made, "/container/id"));
  EXPECT_EQ(text(by_id.value(), "/name"), "ci");
  EXPECT_EQ(text(by_id.value(), "/endpoints/1/port"), "1082");
  EXPECT_ERROR(as("admin").post("/api/v1/containers", body), already_exists);
}

TEST_F(Containers, AreRenamedAndGetMembersInOneAct) {
  const auto edited =
      as("qa")
          .patch("/api/v1/containers/qa", json::object{{"name", "quality"},
                                                       {"members",
                                                        {{{"user", "qa"}, {"role", "owner"}},
                                                         {{"user", "mia"}, {"role", "viewer"}}}}})
          .value();

  EXPECT_EQ(text(edited, "/kind"), "edit_container");
  EXPECT_EQ(text(edited, "/state"), "succeeded");
  EXPECT_EQ(text(edited, "/words"), "rename container qa to quality and set its members");
  EXPECT_THAT(names("mia", "/api/v1/containers"), ElementsAre("quality"));
  EXPECT_THAT(names("otto", "/api/v1/containers"), IsEmpty());
}

TEST_F(Containers, KeepTheirNameWhenTheNewOneIsTakenOrImpossible) {
  const auto rename = [&](json::value name) {
    return as("qa").patch("/api/v1/containers/qa", json::object{{"name", std::move(name)}});
  };
  EXPECT_ERROR(rename("dev"), already_exists);
  EXPECT_ERROR(rename("a\tb"), invalid_argument);
  EXPECT_ERROR(rename("a/b"), invalid_argument);
  EXPECT_ERROR(rename("ctr_1"), invalid_argument);
  EXPECT_ERROR(rename(json::value(std::string(65, 'x'))), invalid_argument);
  EXPECT_ERROR(rename(""), invalid_argument);
  EXPECT_ERROR(rename(5), invalid_argument);
  EXPECT_THAT(names("qa", "/api/v1/containers"), ElementsAre("qa"));
}

TEST_F(Containers, RefuseUnknownMembers) {
  const auto answer = as("qa").patch(
      "/api/v1/containers/qa",
      json::object{{"members", json::array{json::object{{"user", "nobody"}, {"role", "owner"}}}}});
  EXPECT_ERROR(answer, not_found);
  const auto role = as("qa").patch(
      "/api/v1/containers/qa",
      json::object{{"members", json::array{json::object{{"user", "mia"}, {"role", "king"}}}}});
  ASSERT_ERROR(role, invalid_argument);
  EXPECT_THAT(role.error().message,
              HasSubstr("members[0].role: expected one of viewer, operator, owner"));
}

TEST_F(Containers, AreChangedByWhoLockedThemAndNobodyElse) {
  const json::object body{{"why", "load test"}};
  EXPECT_ERROR(as("otto").put("/api/v1/containers/qa/lock", body), permission_denied);
  EXPECT_OK(as("qa").put("/api/v1/containers/qa/lock", body));

  EXPECT_EQ(text(as("vera").get("/api/v1/containers/qa").value(), "/lock/by_name"), "qa");
  const auto refused = as("otto").post("/api/v1/containers/qa/reset");
  ASSERT_ERROR(refused, precondition_failed);
  EXPECT_THAT(refused.error().message, HasSubstr("qa has locked qa: load test"));

  EXPECT_OK(as("admin").remove("/api/v1/containers/qa/lock"));
  EXPECT_ERROR(as("qa").remove("/api/v1/containers/qa/lock"), precondition_failed);
  must("otto", "/api/v1/containers/qa/reset");
}

TEST_F(Containers, HaveTheQuotaThatAnAdministratorSetsAndSayHowItIsKept) {
  const std::string path = "/api/v1/containers/qa/quota";
  const json::object body{{"memory_bytes", 1 << 30}, {"cpu_weight", 20}};
  EXPECT_ERROR(as("qa").put(path, body), permission_denied);
  EXPECT_EQ(text(as("qa").get("/api/v1/containers/qa").value(), "/quota"), "null");

  const auto set = as("admin").put(path, body).value();

  EXPECT_EQ(text(set, "/words"),
            "set the quota of qa: at most 1 GiB of memory, processor weight 20");
  const auto shown = as("vera").get("/api/v1/containers/qa").value();
  EXPECT_EQ(text(shown, "/quota/memory_bytes"), std::to_string(1 << 30));
  EXPECT_EQ(text(shown, "/quota/processes"), "null");
  EXPECT_THAT(text(shown, "/quota/notes/0"), HasSubstr("Processor weight"))
      << "which the fake says that it cannot keep";
  EXPECT_EQ(text(list("qa", "/api/v1/containers").front(), "/quota/cpu_weight"), "20");

  EXPECT_ERROR(as("qa").remove(path), permission_denied);
  EXPECT_OK(as("admin").remove(path));
  EXPECT_EQ(text(as("qa").get("/api/v1/containers/qa").value(), "/quota"), "null");
}

TEST_F(Containers, KeepTheirQuotaWhereTheNewOneMeansNothing) {
  const std::string path = "/api/v1/containers/qa/quota";
  ASSERT_OK(as("admin").put(path, json::object{{"processes", 100}}));
  for (const json::object& body :
       {json::object{{"memory_bytes", 5}}, json::object{{"processes", "many"}},
        json::object{{"processes", -1}}, json::object{{"cpu_weight", 10'001}},
        json::object{{"memory", 1 << 30}}}) {
    EXPECT_ERROR(as("admin").put(path, body), invalid_argument);
  }
  EXPECT_ERROR(as("admin").put("/api/v1/containers/nowhere/quota", json::object{}), not_found);
  EXPECT_EQ(text(as("qa").get("/api/v1/containers/qa").value(), "/quota/processes"), "100");
}

TEST_F(Containers, SayAtTheirAddressesThatTheirDiskQuotaIsUsedUp) {
  constexpr std::int64_t gibibyte = 1 << 30;
  ASSERT_OK(as("admin").put("/api/v1/containers/qa/quota", json::object{{"disk_bytes", gibibyte}}));
  const auto shown = [&](const std::string& pointer) {
    return text(as("qa").get("/api/v1/containers/qa").value(), pointer);
  };
  EXPECT_EQ(shown("/quota/disk_used"), "0");
  EXPECT_EQ(shown("/endpoints/0/notes"), "[]");

  fakes->storage.set_charged(*fakes->container("qa").number, gibibyte);

  EXPECT_EQ(shown("/quota/disk_used"), std::to_string(gibibyte));
  EXPECT_THAT(shown("/endpoints/0/notes/0"),
              HasSubstr("disk quota is used up: 1024 MiB of 1024 MiB"));
  const auto refused =
      as("qa").post("/api/v1/containers/qa/bookmarks", json::object{{"name", "more"}});
  ASSERT_ERROR(refused, no_space);
  EXPECT_THAT(refused.error().hint, HasSubstr("Going back works all the same"));
}

TEST_F(Containers, StopAndStart) {
  must("otto", "/api/v1/containers/qa/stop");
  EXPECT_EQ(text(as("qa").get("/api/v1/containers/qa").value(), "/state"), "stopped");
  must("otto", "/api/v1/containers/qa/start");
  EXPECT_EQ(text(as("qa").get("/api/v1/containers/qa").value(), "/state"), "running");
}

TEST_F(Containers, AreBusyWhileAnOperationChangesThem) {
  must("qa", "/api/v1/containers/qa/bookmarks", json::object{{"name", "base"}});
  Standstill standstill(*this);
  const auto running =
      as("qa").post("/api/v1/containers/qa/restore", json::object{{"bookmark", "base"}});
  ASSERT_OK(running);
  standstill.wait_until_reached();

  const auto shown = as("vera").get("/api/v1/containers/qa").value();
  EXPECT_EQ(text(shown, "/state"), "busy");
  EXPECT_EQ(text(shown, "/operation/id"), text(*running, "/id"));
  EXPECT_EQ(text(shown, "/operation/actor/name"), "qa");

  const auto second =
      as("otto").send({.method = "POST", .path = "/api/v1/containers/qa/reset"}).value();
  EXPECT_EQ(second.status, 409);
  const auto problem = second.body().value();
  EXPECT_EQ(text(problem, "/code"), "busy");
  EXPECT_EQ(text(problem, "/operation"), text(*running, "/id"));
  EXPECT_THAT(text(problem, "/detail"), HasSubstr("qa is in the middle of: restore qa"));
}

TEST_F(Containers, ComeBackFromTheTrash) {
  const auto gone = as("qa").remove("/api/v1/containers/qa?wait=30");
  ASSERT_OK(gone);
  EXPECT_EQ(text(*gone, "/state"), "succeeded");
  EXPECT_ERROR(as("qa").get("/api/v1/containers/qa"), not_found);
  const auto trash = list("qa", "/api/v1/trash");
  ASSERT_EQ(trash.size(), 1u);
  EXPECT_EQ(text(trash[0], "/kind"), "container");
  EXPECT_EQ(text(trash[0], "/name"), "qa");
  EXPECT_THAT(list("mia", "/api/v1/trash"), IsEmpty());
  EXPECT_ERROR(as("vera").post("/api/v1/trash/" + text(trash[0], "/id") + "/recover"),
               permission_denied);

  must("qa", "/api/v1/trash/" + text(trash[0], "/id") + "/recover");

  EXPECT_EQ(text(as("qa").get("/api/v1/containers/qa").value(), "/state"), "stopped");
  EXPECT_THAT(list("qa", "/api/v1/trash"), IsEmpty());
  must("qa", "/api/v1/containers/qa/start");
  EXPECT_TRUE(fakes->endpoints.target(5433).has_value());
}

TEST_F(Containers, GoForGoodWhenTheyArePurged) {
  ASSERT_OK(as("qa").remove("/api/v1/containers/qa?wait=30"));
  const auto trash = list("qa", "/api/v1/trash");
  const auto path = "/api/v1/trash/" + text(trash.at(0), "/id");
  EXPECT_ERROR(as("vera").remove(path), permission_denied);
  EXPECT_ERROR(as("mia").remove(path), not_found);

  ASSERT_OK(as("qa").remove(path));

  EXPECT_THAT(list("qa", "/api/v1/trash"), IsEmpty());
  EXPECT_ERROR(as("qa").post(path + "/recover"), not_found);
}

TEST_F(Containers, GetOtherPortsWhenTheirsWereTakenMeanwhile) {
  ASSERT_OK(as("qa").remove("/api/v1/containers/qa?wait=30"));
  must("admin", "/api/v1/containers", json::object{{"name", "ci"}, {"template", "shop"}});
  const auto trash = list("qa", "/api/v1/trash");
  must("qa", "/api/v1/trash/" + text(trash.at(0), "/id") + "/recover");

  EXPECT_EQ(text(as("admin").get("/api/v1/containers/ci").value(), "/endpoints/0/port"), "5433");
  EXPECT_EQ(text(as("qa").get("/api/v1/containers/qa").value(), "/endpoints/0/port"), "5435");
}

}  // namespace
}  // namespace slip::api
