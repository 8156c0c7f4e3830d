// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "server/http/event_stream.h"
#include "server/http/raw_client.h"
#include "server/http/server.h"

namespace slip::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A server of events 1 to 3 that happened before, and of what is published later.
struct Feed {
  explicit Feed(SubscriptionLimits limits = {}, std::chrono::milliseconds heartbeat = 15s)
      : events(limits),
        server({.tcp = {{.port = 0}}, .threads = 1, .heartbeat_interval = heartbeat},
               [this](const Request& request) { return subscribe(request); }) {
    EXPECT_TRUE(server.start());
  }
  ~Feed() { server.stop(); }

  Response subscribe(const Request& request) {
    if (request.path.empty()) return text_response(200, "alive");
    auto subscription = events.subscribe();
    for (std::uint64_t id = last_event_id(request).value_or(0) + 1; id <= 3; ++id) {
      if (!subscription->replay({.id = id, .data = "past"})) break;
    }
    subscription->go_live();
    return event_response(subscription);
  }
  RawClient follow(const std::string& header = "", int receive_buffer = 0) {
    RawClient client(server.port(), receive_buffer);
    client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n");
    return client;
  }

  EventStream events;
  Server server;
};

TEST(ServerEvents, BeginAfterTheLastEventTheClientSaw) {
  Feed feed;
  RawClient client = feed.follow("Last-Event-ID: 2\r\n");

  EXPECT_THAT(
      client.read_until("\r\n\r\n"),
      AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Content-Type: text/event-stream\r\n"),
            HasSubstr("Cache-Control: no-store\r\n"), Not(HasSubstr("Content-Length"))));
  EXPECT_EQ(client.read_until("past\n\n"), "retry: 1000\n\nid: 3\ndata: past\n\n");
  feed.events.publish({.id = 4, .type = "operation", .data = "{}"});
  EXPECT_EQ(client.read_until("{}\n\n"), "id: 4\nevent: operation\ndata: {}\n\n");
}

TEST(ServerEvents, TakeNoThreadFromOtherRequests) {
  Feed feed;
  std::vector<RawClient> followers;
  for (int i = 0; i < 50; ++i) followers.push_back(feed.follow());
  for (auto& follower : followers) follower.read_until("id: 3\ndata: past\n\n");

  EXPECT_THAT(RawClient(feed.server.port()).get("/"), HasSubstr("alive"));
  feed.events.publish({.id = 4, .data = "to all"});
  for (auto& follower : followers) {
    EXPECT_EQ(follower.read_until("all\n\n"), "id: 4\ndata: to all\n\n");
  }
}

TEST(ServerEvents, SendAHeartbeatWhenNothingHappens) {
  Feed feed({}, 20ms);
  RawClient client = feed.follow();

  client.read_until(": heartbeat\n\n");
  EXPECT_EQ(client.read_until(": heartbeat\n\n"), ": heartbeat\n\n");
}

TEST(ServerEvents, CutOffAClientThatDoesNotReadAndNobodyElse) {
  Feed feed({.events_max = 50, .bytes_max = 1 << 20});
  RawClient slow = feed.follow("", 4096);
  RawClient quick = feed.follow();
  slow.read_until("id: 3\ndata: past\n\n");
  quick.read_until("id: 3\ndata: past\n\n");
  ASSERT_EQ(feed.events.subscriber_count(), 2U);
  // More than the kernel's buffers and the queue hold together; the quick one reads on.
  std::uint64_t id = 4;
  for (; feed.events.subscriber_count() == 2 && id < 2000; ++id) {
    feed.events.publish({.id = id, .data = std::string(100'000, 'x')});
    EXPECT_THAT(quick.read_until("x\n\n"), StartsWith("id: " + std::to_string(id)));
  }

  EXPECT_EQ(feed.events.subscriber_count(), 1U);
  slow.read_until_closed();
  EXPECT_TRUE(slow.is_closed());
  feed.events.publish({.id = id, .data = "still here"});
  EXPECT_THAT(quick.read_until("here\n\n"), HasSubstr("still here"));
}

TEST(ServerEvents, ForgetAClientThatHasGone) {
  Feed feed;
  { feed.follow().read_until("id: 3\ndata: past\n\n"); }
  // The server's thread learns of it by itself; wait for that.
  const auto give_up = std::chrono::steady_clock::now() + 10s;
  while (feed.events.subscriber_count() > 0 && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }

  EXPECT_EQ(feed.events.subscriber_count(), 0U);
}

// Whoever has many pages open is not kept from what else there is to do.
TEST(ServerEvents, GiveWayToRequestsAfterAllOthers) {
  EventStream events{{}};
  Server server({.tcp = {{.port = 0}}, .connections_of_peer_max = 3}, [&](const Request& request) {
    if (request.path.empty()) return text_response(200, "alive");
    auto subscription = events.subscribe();
    subscription->go_live();
    return event_response(subscription);
  });
  ASSERT_TRUE(server.start());
  const auto follow = [&] {
    RawClient client(server.port());
    client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.read_until("retry: 1000\n\n");
    return client;
  };
  RawClient oldest = follow();
  RawClient newest = follow();
  RawClient idle(server.port());
  EXPECT_THAT(idle.get("/"), HasSubstr("alive"));

  RawClient asking(server.port());
  EXPECT_THAT(asking.get("/"), HasSubstr("alive"));
  EXPECT_EQ(idle.read_until_closed(), "");
  EXPECT_EQ(events.subscriber_count(), 2U);
  RawClient another = follow();
  EXPECT_EQ(asking.read_until_closed(), "");
  RawClient late(server.port());
  EXPECT_THAT(late.get("/"), HasSubstr("alive"));
  EXPECT_EQ(oldest.read_until_closed(), "");
  events.publish({.id = 1, .data = "to all"});
  for (RawClient* one : {&newest, &another}) {
    EXPECT_EQ(one->read_until("all\n\n"), "id: 1\ndata: to all\n\n");
  }
  server.stop();
}

TEST(ServerEvents, EndWhenTheServerStops) {
  Feed feed;
  RawClient client = feed.follow();
  client.read_until("id: 3\ndata: past\n\n");
  const auto begin = std::chrono::steady_clock::now();
  std::thread stopping([&] { feed.server.stop(); });
  client.read_until_closed();
  EXPECT_TRUE(client.is_closed());
  stopping.join();

  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

}  // namespace
}  // namespace slip::http
