// SPDX-License-Identifier: Apache-2.0
#include "client/cli/timeline_graph.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace slip::cli {
namespace {

class TimelineGraph : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  const Timestamp now_ = parse_rfc3339("2026-11-22T15:00:00Z").value();
};

constexpr std::string_view restored = R"({
  "branch": {"id": "brn_1", "name": "default", "active": true},
  "branches": [{"id": "brn_1", "name": "default"}],
  "segments": [
    {"id": "seg_1", "branch": "brn_1", "kind": "created", "began_at": "2026-11-18T09:00:00.000Z",
     "parent": {"point": "pnt_t", "at": "2026-11-18T08:00:00.000Z", "words": "template employees"},
     "operation": {"id": "op_1", "actor": "admin", "words": "create container qa"},
     "safety_point": null},
    {"id": "seg_2", "branch": "brn_1", "previous": "seg_1", "kind": "restored",
     "began_at": "2026-11-22T14:40:00.000Z",
     "parent": {"point": "pnt_1", "at": "2026-11-22T14:03:07.250Z",
                "words": "bookmark \"after the edge case data\" of qa"},
     "operation": {"id": "op_2", "actor": "qa", "words": "restore qa"},
     "safety_point": "pnt_4"}],
  "points": [
    {"id": "pnt_1", "segment": "seg_1", "kind": "bookmark", "at": "2026-11-22T14:03:07.250Z",
     "reachable": true},
    {"id": "pnt_2", "segment": "seg_1", "kind": "automatic", "at": "2026-11-22T14:10:00.000Z",
     "reachable": true},
    {"id": "pnt_3", "segment": "seg_1", "kind": "automatic", "at": "2026-11-22T14:20:00.000Z",
     "reachable": true},
    {"id": "pnt_4", "segment": "seg_1", "kind": "safety", "at": "2026-11-22T14:39:59.000Z",
     "reachable": true},
    {"id": "pnt_5", "segment": "seg_2", "kind": "automatic", "at": "2026-11-22T14:50:00.000Z",
     "reachable": false}],
  "bookmarks": [
    {"id": "bmk_1", "name": "after the edge case data", "point": "pnt_1", "tags": ["edge"],
     "creator": {"id": "usr_1", "name": "qa"}, "audience": "everyone", "shared_with": []}]
})";

TEST_F(TimelineGraph, BreaksTheLineWhereDataWasReplaced) {
  EXPECT_EQ(timeline_graph(parse_json(restored).value(), {}, now_),
            R"(●  now                               branch default (active)
│
○  14:50:00          10 minutes ago  automatic point pnt_5 (its data is no longer kept)
╳  14:40:00          20 minutes ago  restored to bookmark "after the edge case data" of qa, data of 14:03:07, by qa
│
◌  14:39:59          20 minutes ago  safety point pnt_4
○  14:20:00          40 minutes ago  2 automatic points
◈  14:03:07          56 minutes ago  "after the edge case data" by qa, shared with everyone #edge
┴  Wed 18 Nov 09:00  4 days ago      began from template employees, data of Wed 18 Nov 08:00:00, by admin
)");
}

TEST_F(TimelineGraph, ShowsEachPointAloneWhenAskedTo) {
  const auto graph = timeline_graph(parse_json(restored).value(),
                                    {.glyphs = Glyphs::ascii, .automatic = Automatic::shown}, now_);
  EXPECT_NE(graph.find("o  14:20:00          40 minutes ago  automatic point pnt_3\n"
                       "o  14:10:00          50 minutes ago  automatic point pnt_2\n"
                       "S  14:03:07"),
            std::string::npos)
      << graph;
}

TEST_F(TimelineGraph, DrawsABranchOnWhichNothingHappened) {
  const auto timeline = parse_json(R"({"branch": {"id": "b", "name": "master"}, "segments": [
    {"id": "s", "kind": "created", "began_at": "2026-11-22T14:00:00Z", "parent": null}]})");
  EXPECT_EQ(timeline_graph(timeline.value(), {}, now_),
            "●  now                   branch master\n"
            "│\n"
            "┴  14:00:00  1 hour ago  began\n");
}

TEST(GlyphsFor, FollowTheLocale) {
  const auto with = [](std::string all, std::string lang) {
    return glyphs_for([=](const std::string& name) -> std::optional<std::string> {
      if (name == "LC_ALL" && !all.empty()) return all;
      if (name == "LANG" && !lang.empty()) return lang;
      return std::nullopt;
    });
  };
  EXPECT_EQ(with("", "de_DE.UTF-8"), Glyphs::unicode);
  EXPECT_EQ(with("C", "de_DE.UTF-8"), Glyphs::ascii);
  EXPECT_EQ(with("", ""), Glyphs::ascii);
}

}  // namespace
}  // namespace slip::cli
