// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <set>

#include "server/api/api_world.h"

namespace slip::api {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

struct Seen {
  std::uint64_t id;
  std::string type;
  json::value data;
};

class Events : public ApiWorld {
 protected:
  // What the user gets from after that event on until one of that type with those words.
  std::vector<Seen> follow(const std::string& user, std::optional<std::uint64_t> after,
                           const std::string& until, const std::string& query = "",
                           const std::function<void()>& when_ready = {}) {
    ApiClientOptions options;
    options.address.port = server.port();
    options.token = Secret(token_of(user));
    ApiClient client(std::move(options));
    std::vector<Seen> seen;
    EXPECT_OK(
        client.follow_events("/api/v1/events" + query, {.last_event_id = after},
                             [&](std::uint64_t id, std::string_view type, std::string_view data) {
                               seen.push_back({id, std::string(type), parse_json(data).value()});
                               if (type == "ready" && when_ready) when_ready();
                               return text(seen.back().data, "/words") != until;
                             }));
    return seen;
  }
  // Every event as it comes, until `hear` says no.
  void listen(const std::string& user, const std::string& query,
              const std::function<bool(std::string_view type, const json::value& event)>& hear) {
    ApiClientOptions options;
    options.address.port = server.port();
    options.token = Secret(token_of(user));
    EXPECT_OK(ApiClient(std::move(options))
                  .follow_events("/api/v1/events" + query, {},
                                 [&](std::uint64_t, std::string_view type, std::string_view data) {
                                   return hear(type, parse_json(data).value());
                                 }));
  }
  static std::vector<std::uint64_t> ids(const std::vector<Seen>& seen) {
    std::vector<std::uint64_t> out;
    for (const auto& one : seen) out.push_back(one.id);
    return out;
  }
  std::vector<std::uint64_t> ids_in_catalog(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> out;
    const auto events =
        fakes->catalog.read([](CatalogUnit& unit) { return unit.events().after(0, 10'000); });
    for (const auto& event : *events) {
      const auto id = static_cast<std::uint64_t>(event.sequence);
      if (id >= first && id <= last) out.push_back(id);
    }
    return out;
  }
  void bookmark(const std::string& container, const std::string& name) {
    must(container, "/api/v1/containers/" + container + "/bookmarks", json::object{{"name", name}});
  }
};

TEST_F(Events, ComeAsTheyHappen) {
  const auto seen = follow("qa", {}, "edit bookmark \"a\" of qa", "", [&] {
    bookmark("qa", "a");
    EXPECT_OK(as("qa").patch("/api/v1/containers/qa/bookmarks/a", json::object{{"note", "n"}}));
  });
  ASSERT_GE(seen.size(), 3u);
  EXPECT_EQ(seen[0].type, "ready");
  EXPECT_EQ(seen[1].type, "operation");
  EXPECT_EQ(text(seen[1].data, "/words"), "bookmark qa as \"a\"");
  EXPECT_GT(seen[1].id, seen[0].id);
  EXPECT_EQ(text(seen[1].data, "/sequence"), std::to_string(seen[1].id));
}

// Numbers may be missing, as here; no event may.
TEST_F(Events, AreReplayedAfterTheLastOneSeenEachOnce) {
  bookmark("qa", "a");
  bookmark("qa", "b");
  const auto all = follow("admin", 0, "bookmark qa as \"b\"");
  const auto last = all.back().id;
  bookmark("qa", "c");
  const auto rest = follow("admin", last, "bookmark qa as \"c\"");

  EXPECT_EQ(ids(all), ids_in_catalog(1, last));
  ASSERT_FALSE(rest.empty());
  EXPECT_EQ(ids(rest), ids_in_catalog(last + 1, rest.back().id));
}

TEST_F(Events, OfContainersThatOneCannotSeeDoNotCome) {
  bookmark("dev", "secret");
  bookmark("qa", "a");
  const auto seen = follow("qa", 0, "bookmark qa as \"a\"");
  for (const auto& one : seen) {
    EXPECT_EQ(json::serialize(one.data).find("secret"), std::string::npos);
    EXPECT_NE(text(one.data, "/container"), fakes->container("dev").id.str());
  }
}

TEST_F(Events, OfOneContainerComeAlone) {
  bookmark("dev", "d");
  bookmark("qa", "a");
  const auto seen = follow("admin", 0, "bookmark qa as \"a\"", "?container=qa");
  for (const auto& one : seen) {
    EXPECT_EQ(text(one.data, "/container"), fakes->container("qa").id.str());
  }
  EXPECT_ERROR(as("dev").get("/api/v1/events?container=qa"), not_found);
}

// Whoever may take a bookmark learns that it is shared, and nothing more of its container.
TEST_F(Events, TellOfSharedBookmarksInOtherContainers) {
  bookmark("qa", "a");
  const auto before = follow("admin", 0, "bookmark qa as \"a\"").back().id;
  EXPECT_OK(as("qa").put("/api/v1/containers/qa/bookmarks/a/share", json::object{}));
  bookmark("dev", "d");
  const auto seen = follow("dev", before, "bookmark dev as \"d\"");
  ASSERT_FALSE(seen.empty());
  std::set<std::string> topics;
  for (const auto& one : seen) topics.insert(one.type);
  EXPECT_THAT(topics, Contains("bookmark"));
  for (const auto& one : seen) {
    EXPECT_NE(text(one.data, "/container"), fakes->container("qa").id.str());
  }
}

TEST_F(Events, TellWhoLooksAtAContainer) {
  const auto present = [&] {
    std::string names;
    const auto container = as("qa").get("/api/v1/containers/qa");
    for (const auto& one : container->at("present").as_array()) names += text(one, "/name") + " ";
    return names;
  };
  EXPECT_EQ(present(), "");

  std::promise<void> both_seen;
  std::future<void> vera;
  listen("otto", "?looking_at=qa", [&](std::string_view type, const json::value& event) {
    if (type != "presence") return true;
    EXPECT_EQ(text(event, "/subject"), fakes->container("qa").id.str());
    const auto now = present();
    if (now == "otto vera ") both_seen.set_value();
    if (now != "otto ") return true;
    if (vera.valid()) return false;  // she has come and gone
    vera = std::async(std::launch::async, [&] {
      listen("vera", "?looking_at=qa", [&](std::string_view, const json::value&) {
        EXPECT_EQ(both_seen.get_future().wait_for(std::chrono::seconds(10)),
                  std::future_status::ready);
        return false;
      });
    });
    return true;
  });
  vera.get();

  EXPECT_ERROR(as("dev").get("/api/v1/events?looking_at=qa"), not_found);
}

// The connection ends, so that the client comes back and is looked at anew.
TEST_F(Events, EndForUsersWhoAreRemoved) {
  ApiClientOptions options;
  options.address.port = server.port();
  options.token = Secret(token_of("mia"));
  ApiClient client(std::move(options));
  const auto ended = client.follow_events(
      "/api/v1/events", {}, [&](std::uint64_t, std::string_view type, std::string_view) {
        if (type == "ready") {
          EXPECT_OK(as("admin").remove("/api/v1/users/mia"));
        }
        return true;
      });
  EXPECT_ERROR(ended, unavailable);
  EXPECT_ERROR(client.get("/api/v1/events"), unauthenticated);
}

}  // namespace
}  // namespace slip::api
