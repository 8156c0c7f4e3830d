// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_world.h"

namespace slip::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Bookmarks : public ApiWorld {
 protected:
  const std::string qa = "/api/v1/containers/qa/bookmarks";
  const std::string dev = "/api/v1/containers/dev/bookmarks";

  void bookmark(const std::string& name) { must("qa", qa, json::object{{"name", name}}); }
};

TEST_F(Bookmarks, NameAMomentOfAllSources) {
  const auto made = must("otto", qa,
                         json::object{{"name", "after the edge case data"},
                                      {"note", "two odd employees"},
                                      {"tags", json::array{"edge"}}});
  EXPECT_EQ(text(made, "/kind"), "bookmark");

  const auto all = list("vera", qa);
  ASSERT_EQ(all.size(), 1u);
  const auto& shown = all[0];
  EXPECT_EQ(text(shown, "/name"), "after the edge case data");
  EXPECT_EQ(text(shown, "/note"), "two odd employees");
  EXPECT_EQ(text(shown, "/tags/0"), "edge");
  EXPECT_EQ(text(shown, "/creator/name"), "otto");
  EXPECT_EQ(text(shown, "/container/name"), "qa");
  EXPECT_EQ(text(shown, "/branch/name"), "default");
  EXPECT_EQ(text(shown, "/audience"), "only_container");
  EXPECT_EQ(text(shown, "/expires_at"), "null");
  EXPECT_EQ(text(shown, "/point"), text(made, "/point"));
  EXPECT_EQ(text(shown, "/positions/db/position"), "running");
  EXPECT_EQ(text(made, "/positions/db/position"), "running");
  const auto one = as("vera").get(qa + "/" + encode_segment("after the edge case data"));
  EXPECT_EQ(text(one.value(), "/id"), text(shown, "/id"));
}

TEST_F(Bookmarks, RefuseNamesThatAreTakenOrImpossible) {
  bookmark("base");
  const auto twice = as("qa").post(qa, json::object{{"name", "base"}});
  EXPECT_ERROR(twice, already_exists);
  EXPECT_ERROR(as("qa").post(qa, json::object{{"name", ""}}), invalid_argument);
  EXPECT_ERROR(as("qa").post(qa, json::object{{"name", "a\nb"}}), invalid_argument);
  EXPECT_ERROR(as("qa").post(qa, json::object{{"name", std::string(257, 'x')}}), invalid_argument);
  EXPECT_ERROR(as("qa").post(qa, json::object{{"name", "x"}, {"tags", {"a", "a"}}}),
               invalid_argument);
  EXPECT_THAT(names("qa", qa), ElementsAre("base"));
}

TEST_F(Bookmarks, OfATimeWithoutAZoneAreRefused) {
  const auto no_zone =
      as("qa").post(qa, json::object{{"name", "x"}, {"at", "2026-11-22T14:03:07"}});
  ASSERT_ERROR(no_zone, invalid_argument);
  EXPECT_THAT(no_zone.error().hint, HasSubstr("with its zone"));
}

TEST_F(Bookmarks, OfATimeOutOfRangeAreRefusedWithTheRange) {
  const auto too_early =
      as("qa").post(qa, json::object{{"name", "x"}, {"at", "2001-01-01T00:00:00Z"}});
  ASSERT_ERROR(too_early, out_of_range);
  EXPECT_THAT(too_early.error().hint, HasSubstr("Choose a time from 2026-"));
}

TEST_F(Bookmarks, OfATimeNameThePointAtOrBeforeIt) {
  bookmark("base");
  const auto at = text(list("qa", qa)[0], "/at");
  must("qa", qa, json::object{{"name", "again"}, {"at", at}});
  const auto all = list("qa", qa);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(text(all[0], "/point"), text(all[1], "/point"));
}

TEST_F(Bookmarks, AreEditedByTheirCreatorOrAnOwner) {
  must("otto", qa, json::object{{"name", "base"}});
  const json::object edit{{"name", "clean base"},
                          {"note", "line\nbreak"},
                          {"tags", {"a", "b"}},
                          {"expires_at", "2099-01-01T00:00:00+01:00"}};
  EXPECT_ERROR(as("vera").patch(qa + "/base", edit), permission_denied);

  const auto edited = as("qa").patch(qa + "/base", edit).value();

  EXPECT_EQ(text(edited, "/words"), "rename bookmark \"base\" of qa to \"clean base\"");
  const auto shown = list("qa", qa).at(0);
  EXPECT_EQ(text(shown, "/name"), "clean base");
  EXPECT_EQ(text(shown, "/expires_at"), "2098-12-31T23:00:00.000Z");
  EXPECT_OK(as("otto").patch(qa + "/clean%20base", json::object{{"expires_at", nullptr}}));
  EXPECT_EQ(text(list("qa", qa).at(0), "/expires_at"), "null");
  EXPECT_EQ(text(list("qa", qa).at(0), "/tags"), R"(["a","b"])");
}

TEST_F(Bookmarks, StayAsTheyAreWhenAnEditIsImpossible) {
  bookmark("base");
  bookmark("other");
  EXPECT_ERROR(as("qa").patch(qa + "/base", json::object{{"name", "other"}}), already_exists);
  EXPECT_ERROR(as("qa").patch(qa + "/base", json::object{}), invalid_argument);
  EXPECT_ERROR(as("qa").patch(qa + "/base", json::object{{"expires_at", "2001-01-01T00:00:00Z"}}),
               invalid_argument);
  const auto unknown = as("qa").patch(qa + "/bass", json::object{{"name", "x"}});
  ASSERT_ERROR(unknown, not_found);
  EXPECT_THAT(unknown.error().hint, HasSubstr("There are: base, other."));
  EXPECT_THAT(names("qa", qa), ElementsAre("base", "other"));
}

TEST_F(Bookmarks, AreOfferedToWhoTheyAreSharedWith) {
  bookmark("Bug 4711 data");
  EXPECT_THAT(list("dev", dev + "?available=1"), IsEmpty());

  EXPECT_OK(as("qa").put(qa + "/Bug%204711%20data/share", json::object{{"audience", "everyone"}}));

  const auto offered = list("dev", dev + "?available=1");
  ASSERT_EQ(offered.size(), 1u);
  EXPECT_EQ(text(offered[0], "/container/name"), "qa");
  EXPECT_EQ(text(offered[0], "/creator/name"), "qa");
  EXPECT_THAT(list("dev", dev), IsEmpty());

  EXPECT_OK(as("qa").put(qa + "/Bug%204711%20data/share",
                         json::object{{"audience", "named"}, {"shared_with", json::array{"mia"}}}));
  EXPECT_THAT(list("dev", dev + "?available=1"), IsEmpty());
  EXPECT_EQ(text(list("qa", qa).at(0), "/shared_with/0"), "mia");

  EXPECT_OK(as("qa").remove(qa + "/Bug%204711%20data/share"));
  EXPECT_EQ(text(list("qa", qa).at(0), "/audience"), "only_container");
}

TEST_F(Bookmarks, AreFoundByTheirIdBySomebodyWhoMaySeeThem) {
  bookmark("Bug 4711 data");
  const auto address = "/api/v1/bookmarks/" + text(list("qa", qa).at(0), "/id");

  EXPECT_EQ(text(*as("vera").get(address), "/name"), "Bug 4711 data");
  const auto kept_back = as("dev").get(address);
  ASSERT_ERROR(kept_back, permission_denied);
  EXPECT_EQ(kept_back.error().hint, "Ask qa to share it.");
  const auto without_container = as("mia").get(address);
  ASSERT_ERROR(without_container, permission_denied);
  EXPECT_EQ(without_container.error().hint, "Ask an administrator for one.");

  EXPECT_OK(as("qa").put(qa + "/Bug%204711%20data/share", json::object{{"audience", "everyone"}}));
  EXPECT_EQ(text(*as("dev").get(address), "/container/name"), "qa");
  EXPECT_ERROR(as("mia").get(address), permission_denied);

  EXPECT_OK(as("qa").remove(qa + "/Bug%204711%20data"));
  EXPECT_ERROR(as("dev").get(address), not_found);
}

TEST_F(Bookmarks, AreNotSharedWithNobodyOrUnknownUsers) {
  bookmark("base");
  const auto share = [&](json::object body) {
    return as("qa").put(qa + "/base/share", std::move(body));
  };
  EXPECT_ERROR(share({{"audience", "named"}}), invalid_argument);
  EXPECT_ERROR(share({{"audience", "only_container"}}), invalid_argument);
  EXPECT_ERROR(share({{"audience", "everyone"}, {"shared_with", json::array{"mia"}}}),
               invalid_argument);
  EXPECT_ERROR(share({{"audience", "named"}, {"shared_with", json::array{"nobody"}}}), not_found);
  EXPECT_ERROR(as("vera").put(qa + "/base/share", json::object{}), permission_denied);
}

TEST_F(Bookmarks, AreCalledByContainerAndNameInAnotherContainer) {
  bookmark("Bug 4711 data");
  EXPECT_OK(as("qa").put(qa + "/Bug%204711%20data/share", json::object{}));

  const auto made =
      must("dev", "/api/v1/containers/dev/branches",
           json::object{{"name", "bug-4711"}, {"from", {{"bookmark", "qa/Bug 4711 data"}}}});

  EXPECT_EQ(text(made, "/parent/words"), "bookmark \"Bug 4711 data\" of qa");
}

TEST_F(Bookmarks, GoToTheTrashAndComeBackUnlessTheNameIsTaken) {
  bookmark("base");
  EXPECT_OK(as("qa").remove(qa + "/base"));
  EXPECT_THAT(names("qa", qa), IsEmpty());
  const auto trash = list("qa", "/api/v1/trash");
  ASSERT_EQ(trash.size(), 1u);
  EXPECT_EQ(text(trash[0], "/kind"), "bookmark");
  EXPECT_EQ(text(trash[0], "/container/name"), "qa");
  const auto recover = "/api/v1/trash/" + text(trash[0], "/id") + "/recover";

  bookmark("base");
  EXPECT_ERROR(as("qa").post(recover), already_exists);
  EXPECT_OK(as("qa").patch(qa + "/base", json::object{{"name", "newer"}}));
  EXPECT_ERROR(as("vera").post(recover), permission_denied);
  EXPECT_ERROR(as("mia").post(recover), not_found);
  must("qa", recover);

  EXPECT_THAT(names("qa", qa), ElementsAre("base", "newer"));
  EXPECT_ERROR(as("qa").post(recover), not_found);
}

TEST_F(Bookmarks, AreMadeOnceForOneIdempotencyKey) {
  const ApiRequest request{.method = "POST",
                           .path = qa + "?wait=30",
                           .body = json::object{{"name", "base"}},
                           .headers = {{"Idempotency-Key", "k-1"}}};
  const auto first = as("qa").send(request).value();
  const auto second = as("qa").send(request).value();
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(second.status, 202);
  EXPECT_EQ(text(first.body().value(), "/id"), text(second.body().value(), "/id"));
  EXPECT_THAT(names("qa", qa), ElementsAre("base"));

  const ApiRequest remove{.method = "DELETE",
                          .path = qa + "/base",
                          .body = {},
                          .headers = {{"Idempotency-Key", "k-2"}}};
  EXPECT_EQ(as("qa").send(remove)->status, 202);
  EXPECT_EQ(as("qa").send(remove)->status, 202);
  const ApiRequest another{.method = "POST",
                           .path = qa,
                           .body = json::object{{"name", "another"}},
                           .headers = {{"Idempotency-Key", "k-1"}}};
  const auto refused = as("qa").send(another).value();
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(text(refused.body().value(), "/detail"), HasSubstr("bookmark qa as \"base\""));
  const ApiRequest elsewhere{.method = "DELETE",
                             .path = qa + "/another",
                             .body = {},
                             .headers = {{"Idempotency-Key", "k-2"}}};
  EXPECT_EQ(as("qa").send(elsewhere)->status, 400);
  EXPECT_THAT(names("qa", qa), IsEmpty());
  const ApiRequest bad{.method = "POST",
                       .path = qa,
                       .body = json::object{{"name", "x"}},
                       .headers = {{"Idempotency-Key", std::string(201, 'k')}}};
  EXPECT_EQ(as("qa").send(bad)->status, 400);
}

TEST_F(Bookmarks, OfTheTemplateAreSeenByAllItsContainers) {
  const std::string shop = "/api/v1/templates/shop/bookmarks";
  EXPECT_ERROR(as("qa").post(shop, json::object{{"name", "release 7"}}), permission_denied);
  must("admin", shop, json::object{{"name", "release 7"}, {"tags", json::array{"release"}}});

  EXPECT_THAT(names("qa", qa + "?available=1"), ElementsAre("release 7"));
  EXPECT_THAT(names("dev", shop), ElementsAre("release 7"));
  EXPECT_EQ(text(list("dev", shop)[0], "/container"), "null");
  EXPECT_ERROR(as("qa").patch(shop + "/release%207", json::object{{"name", "x"}}),
               permission_denied);
  EXPECT_OK(as("admin").patch(shop + "/release%207", json::object{{"name", "release 7.1"}}));
  EXPECT_OK(as("admin").remove(shop + "/release%207.1"));
  EXPECT_THAT(names("qa", qa + "?available=1"), IsEmpty());
}

}  // namespace
}  // namespace slip::api
