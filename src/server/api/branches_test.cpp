// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_world.h"

namespace slip::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Branches : public ApiWorld {
 protected:
  const std::string qa = "/api/v1/containers/qa";
  void branch(const std::string& name, json::object more = {}) {
    more["name"] = name;
    must("qa", qa + "/branches", more);
  }
};

TEST_F(Branches, BecomeActiveAtOnceUnlessTheyRunBeside) {
  branch("next");
  branch("perf", {{"beside", true}});

  const auto all = list("vera", qa + "/branches");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(text(all[0], "/name"), "default");
  EXPECT_EQ(text(all[0], "/state"), "stopped");
  EXPECT_EQ(text(all[0], "/endpoints"), "[]");
  EXPECT_EQ(text(all[1], "/active"), "true");
  EXPECT_EQ(text(all[1], "/endpoints/0/port"), "5433");
  EXPECT_EQ(text(all[1], "/segment/kind"), "created");
  EXPECT_THAT(text(all[1], "/segment/parent/words"), HasSubstr("branch default as of"));
  EXPECT_EQ(text(all[2], "/state"), "running");
  EXPECT_EQ(text(all[2], "/active"), "false");
  EXPECT_EQ(text(all[2], "/endpoints/0/host"), "127.0.0.1");
  EXPECT_GE(std::stoi(text(all[2], "/endpoints/0/port")), 20000);
}

TEST_F(Branches, ShowNoAddressWhereNothingListens) {
  branch("peek", {{"read_only", true}});

  const auto all = list("vera", qa + "/branches");
  ASSERT_EQ(text(all[1], "/name"), "peek");
  EXPECT_EQ(text(all[1], "/endpoints/0/source"), "db");
  EXPECT_EQ(all[1].at("endpoints").as_array().size(), 1u) << "its application does not run";
}

TEST_F(Branches, ComeFromTheTemplateABookmarkATimeOrAPoint) {
  const auto made = must("qa", qa + "/bookmarks", json::object{{"name", "base"}});
  const auto at = text(list("qa", qa + "/bookmarks").at(0), "/at");
  branch("a", {{"from", {{"template", true}}}});
  branch("b", {{"from", {{"bookmark", "base"}}}});
  branch("c", {{"from", {{"time", at}, {"branch", "default"}}}});
  branch("d", {{"from", {{"point", text(made, "/point")}}}});
  EXPECT_EQ(text(as("qa").get(qa + "/branches/d").value(), "/segment/parent/point"),
            text(made, "/point"));
  const auto create = [&](json::object from) {
    return as("qa").post(qa + "/branches", json::object{{"name", "e"}, {"from", std::move(from)}});
  };
  EXPECT_ERROR(create({}), invalid_argument);
  EXPECT_ERROR(create({{"bookmark", "base"}, {"template", true}}), invalid_argument);
  EXPECT_ERROR(create({{"bookmark", "base"}, {"branch", "a"}}), invalid_argument);
  EXPECT_ERROR(create({{"bookmark", "nothing"}}), not_found);
  EXPECT_ERROR(create({{"point", "pnt_nothing"}}), not_found);
}

TEST_F(Branches, ComeFromNowInAPoolWithoutCheapClonesToo) {
  fakes->storage.set_capabilities({});
  branch("next");
  EXPECT_EQ(text(as("qa").get(qa).value(), "/active_branch/name"), "next");
}

TEST_F(Branches, AreActivatedRenamedAndDeleted) {
  branch("next");
  must("otto", qa + "/branches/default/activate", json::object{{"keep_running", true}});
  EXPECT_EQ(text(as("qa").get(qa + "/branches/next").value(), "/state"), "running");
  EXPECT_EQ(text(as("qa").get(qa).value(), "/active_branch/name"), "default");

  EXPECT_ERROR(as("otto").patch(qa + "/branches/next", json::object{{"name", "x"}}),
               permission_denied);
  EXPECT_ERROR(as("qa").patch(qa + "/branches/next", json::object{{"name", "default"}}),
               already_exists);
  EXPECT_OK(as("qa").patch(qa + "/branches/next", json::object{{"name", "next release"}}));

  EXPECT_ERROR(as("qa").remove(qa + "/branches/default"), precondition_failed);
  ASSERT_OK(as("qa").remove(qa + "/branches/next%20release?wait=30"));
  EXPECT_THAT(names("qa", qa + "/branches"), ElementsAre("default"));
  const auto trash = list("qa", "/api/v1/trash");
  ASSERT_EQ(trash.size(), 1u);
  EXPECT_EQ(text(trash[0], "/kind"), "branch");
  EXPECT_EQ(text(trash[0], "/container/name"), "qa");

  must("qa", "/api/v1/trash/" + text(trash[0], "/id") + "/recover");
  EXPECT_THAT(names("qa", qa + "/branches"), ElementsAre("default", "next release"));
}

TEST_F(Branches, ThatDoNotExistAreAnsweredWithThoseThatDo) {
  const auto answer = as("qa").get(qa + "/branches/defalt");
  ASSERT_ERROR(answer, not_found);
  EXPECT_THAT(answer.error().hint, HasSubstr("There are: default."));
}

TEST_F(Branches, GoBackToABookmarkAndComeBackByUndo) {
  must("qa", qa + "/bookmarks", json::object{{"name", "base"}});
  fakes->write("qa", "edge case");

  const auto restored = must("otto", qa + "/restore", json::object{{"bookmark", "base"}});
  EXPECT_EQ(fakes->rows("qa"), "production;");
  EXPECT_EQ(text(restored, "/parent/words"), "bookmark \"base\"");
  EXPECT_EQ(text(restored, "/steps/0/kind"), "clone_snapshot");
  EXPECT_EQ(text(restored, "/steps/0/state"), "done");
  EXPECT_EQ(text(restored, "/steps/0/words"), "Getting the data ready");

  must("otto", qa + "/undo");
  EXPECT_EQ(fakes->rows("qa"), "production;edge case;");
  must("otto", qa + "/refresh", json::object{{"safety_point", false}});
  EXPECT_EQ(fakes->rows("qa"), "production;");
  EXPECT_ERROR(as("otto").post(qa + "/undo"), precondition_failed);
}

TEST_F(Branches, AreNotRestoredToSomethingUnclear) {
  must("qa", qa + "/bookmarks", json::object{{"name", "base"}});
  const auto restore = [&](json::object body) {
    return as("qa").post(qa + "/restore", std::move(body));
  };
  EXPECT_ERROR(restore({}), invalid_argument);
  EXPECT_ERROR(restore({{"bookmark", "base"}, {"point", "pnt_1"}}), invalid_argument);
  EXPECT_ERROR(restore({{"time", "yesterday"}}), invalid_argument);
  EXPECT_ERROR(restore({{"time", "2026-11-22T14:03:07"}}), invalid_argument);
  EXPECT_ERROR(restore({{"time", "1990-01-01T00:00:00Z"}}), out_of_range);
  const auto unknown = restore({{"bookmark", "bass"}});
  ASSERT_ERROR(unknown, not_found);
  EXPECT_THAT(unknown.error().hint, HasSubstr("base"));
  EXPECT_ERROR(as("vera").post(qa + "/restore", json::object{{"bookmark", "base"}}),
               permission_denied);
  EXPECT_ERROR(as("dev").post(qa + "/restore", json::object{{"bookmark", "base"}}), not_found);
}

TEST_F(Branches, AreRestoredResetRefreshedAndUndoneWhereverTheyRun) {
  branch("side", {{"beside", true}});
  const std::string side = qa + "/branches/side";
  must("qa", qa + "/bookmarks", json::object{{"name", "of side"}, {"branch", "side"}});
  must("qa", side + "/restore", json::object{{"bookmark", "of side"}});
  const auto restored = as("qa").get(side).value();
  EXPECT_EQ(text(restored, "/segment/kind"), "restored");
  EXPECT_EQ(text(restored, "/state"), "running");
  must("qa", side + "/undo", json::object{});
  EXPECT_EQ(text(as("qa").get(side).value(), "/segment/kind"), "undone");
  must("qa", qa + "/stop", json::object{{"branch", "side"}});
  must("qa", side + "/reset", json::object{});
  const auto reset = as("qa").get(side).value();
  EXPECT_EQ(text(reset, "/segment/kind"), "reset");
  EXPECT_EQ(text(reset, "/state"), "stopped");
  const auto refresh = must("qa", side + "/refresh", json::object{});
  EXPECT_EQ(text(refresh, "/branch/name"), "side");
  EXPECT_THAT(text(refresh, "/words"), HasSubstr("refresh branch side of qa"));
  EXPECT_EQ(text(as("qa").get(qa).value(), "/active_branch/name"), "default");
}

TEST_F(Branches, BeginFromAnotherAsItIsNow) {
  branch("side", {{"beside", true}});
  must("qa", qa + "/stop", json::object{{"branch", "side"}});

  branch("copy", {{"from", json::object{{"branch", "side"}}}, {"beside", true}});

  const auto copy = as("qa").get(qa + "/branches/copy").value();
  EXPECT_THAT(text(copy, "/segment/parent/words"), HasSubstr("branch side as of"));
}

TEST_F(Branches, ShowTheirTimeline) {
  must("qa", qa + "/bookmarks", json::object{{"name", "base"}});
  must("qa", qa + "/restore", json::object{{"bookmark", "base"}});
  must("qa", qa + "/branches", json::object{{"name", "side"}, {"beside", true}});

  const auto shown = as("vera").get(qa + "/timeline").value();

  EXPECT_EQ(text(shown, "/branch/name"), "default");
  EXPECT_EQ(text(shown, "/branch/active"), "true");
  EXPECT_EQ(shown.at("branches").as_array().size(), 2u);
  ASSERT_EQ(shown.at("segments").as_array().size(), 2u);
  EXPECT_EQ(text(shown, "/segments/0/kind"), "created");
  EXPECT_EQ(text(shown, "/segments/0/previous"), "null");
  EXPECT_EQ(text(shown, "/segments/1/kind"), "restored");
  EXPECT_EQ(text(shown, "/segments/1/previous"), text(shown, "/segments/0/id"));
  EXPECT_EQ(text(shown, "/segments/1/operation/actor"), "qa");
  EXPECT_EQ(text(shown, "/segments/1/parent/words"), "bookmark \"base\"");
  EXPECT_EQ(text(shown, "/points/0/kind"), "bookmark");
  EXPECT_EQ(text(shown, "/points/1/kind"), "safety");
  EXPECT_EQ(text(shown, "/points/1/id"), text(shown, "/segments/1/safety_point"));
  EXPECT_EQ(text(shown, "/points/0/reachable"), "true");
  EXPECT_EQ(text(shown, "/bookmarks/0/point"), text(shown, "/points/0/id"));
  const auto without = as("vera").get(qa + "/timeline?without_bookmarks=1").value();
  EXPECT_EQ(text(without, "/bookmarks"), "[]");
  EXPECT_EQ(text(without, "/points/0/id"), text(shown, "/points/0/id"));
  EXPECT_EQ(text(shown, "/range/first"), text(shown, "/points/0/at"));

  const auto at = text(shown, "/points/1/at");
  const auto window = as("vera").get(qa + "/timeline?before=0&after=1&around=" + at).value();
  ASSERT_EQ(window.at("points").as_array().size(), 1u);
  EXPECT_EQ(text(window, "/points/0/kind"), "safety");
  EXPECT_EQ(text(as("qa").get(qa + "/timeline?branch=side").value(), "/branch/name"), "side");
  EXPECT_ERROR(as("qa").get(qa + "/timeline?before=-1"), invalid_argument);
  EXPECT_ERROR(as("qa").get(qa + "/timeline?around=noon"), invalid_argument);
  const auto master = as("qa").get("/api/v1/templates/shop/timeline").value();
  EXPECT_EQ(text(master, "/branch/name"), "master");
  EXPECT_EQ(text(master, "/points/0/kind"), "synced");
}

TEST_F(Branches, ShowTheLogsOfTheirSources) {
  fakes->runtime.say(instance_on(fakes->active("qa").volume, "db"), "ready to serve\n");
  const auto log = as("vera").send({.path = qa + "/logs/db"}).value();
  EXPECT_EQ(log.status, 200);
  EXPECT_THAT(log.headers.find("content-type")->second, HasSubstr("text/plain"));
  EXPECT_EQ(log.text, "started\nready to serve\n");
  EXPECT_EQ(as("vera").send({.path = qa + "/logs/db?bytes=6"})->text, "serve\n");
  const auto unknown = as("vera").get(qa + "/logs/web");
  ASSERT_ERROR(unknown, not_found);
  EXPECT_THAT(unknown.error().hint, HasSubstr("db, app"));
  EXPECT_ERROR(as("dev").get(qa + "/logs/db"), not_found);
}

TEST_F(Branches, SayWhatSpaceTheyTake) {
  must("qa", qa + "/bookmarks", json::object{{"name", "base"}, {"tags", json::array{"edge"}}});
  const auto usage = as("vera").get(qa + "/usage").value();
  EXPECT_EQ(text(usage, "/branches/0/branch/name"), "default");
  EXPECT_EQ(text(usage, "/bookmarks/0/bookmark/name"), "base");
  EXPECT_EQ(text(usage, "/tags/0/tag"), "edge");
  const auto number = [&](const char* pointer) { return std::stoll(text(usage, pointer)); };
  EXPECT_GT(number("/container/full"), 0);
  EXPECT_EQ(number("/bookmarks/0/unique") + number("/bookmarks/0/shared"),
            number("/bookmarks/0/full"));
  EXPECT_ERROR(as("qa").get("/api/v1/usage"), permission_denied);
  const auto all = as("admin").get("/api/v1/usage").value();
  EXPECT_EQ(text(all, "/templates/0/template/name"), "shop");
  EXPECT_EQ(all.at("containers").as_array().size(), 2u);
  EXPECT_EQ(all.at("users").as_array().size(), 2u);
}

TEST_F(Branches, SourcesAndTheTrashHoldSpaceOnce) {
  must("qa", qa + "/bookmarks", json::object{{"name", "old"}});
  branch("side", {{"beside", true}});
  must("qa", qa + "/stop", json::object{{"branch", "side"}});
  const auto unique = [&](const char* list) {
    const auto all = as("admin").get("/api/v1/usage").value();
    std::int64_t sum = 0;
    for (const auto& row : all.at(list).as_array()) sum += row.at("unique").to_number<int>();
    return sum;
  };
  const auto before = unique("containers") + unique("trash");
  EXPECT_EQ(unique("trash"), 0);

  EXPECT_OK(as("qa").remove(qa + "/bookmarks/old?wait=10"));
  EXPECT_OK(as("qa").remove(qa + "/branches/side?wait=10"));

  EXPECT_GT(unique("trash"), 0);
  EXPECT_EQ(unique("containers") + unique("trash"), before);
  const auto all = as("admin").get("/api/v1/usage").value();
  EXPECT_EQ(all.at("sources").as_array().size(), 2u);
  EXPECT_EQ(all.at("trash").as_array().size(), 2u);
  EXPECT_EQ(text(all, "/trash/0/kind"), "branch");
  EXPECT_EQ(text(all, "/trash/0/thing/name"), "side");
  EXPECT_NE(text(all, "/used"), "(no /used)");
  const auto sizes = list("qa", "/api/v1/trash/usage");
  const auto trash = list("qa", "/api/v1/trash");
  ASSERT_EQ(sizes.size(), 2u);
  EXPECT_EQ(text(sizes[0], "/id"), text(trash[0], "/id"));
  EXPECT_EQ(text(trash[0], "/deleted_by"), "qa");
  EXPECT_EQ(text(trash[1], "/deleted_by"), "qa");
  EXPECT_THAT(list("mia", "/api/v1/trash/usage"), ::testing::IsEmpty());
}

TEST_F(Branches, BesideTheActiveOneAreCounted) {
  EXPECT_EQ(text(as("qa").get(qa).value(), "/running_beside"), "0");
  branch("side", {{"beside", true}});
  EXPECT_EQ(text(as("qa").get(qa).value(), "/running_beside"), "1");
  must("qa", qa + "/stop", json::object{{"branch", "side"}});
  EXPECT_EQ(text(as("qa").get(qa).value(), "/running_beside"), "0");
}

}  // namespace
}  // namespace slip::api
