// SPDX-License-Identifier: Apache-2.0
#include "server/http/event_stream.h"

#include <gtest/gtest.h>

#include <thread>

namespace slip::http {
namespace {

using State = Subscription::Taken::State;

TEST(EventStream, SendsLiveEventsInTheWireForm) {
  EventStream events;
  const auto subscription = events.subscribe();
  subscription->go_live();
  events.publish({.id = 5, .type = "operation", .data = "{}"});
  events.publish({.type = "x\ny", .data = "one\r\ntwo\rthree\n"});

  EXPECT_EQ(subscription->take().text,
            "id: 5\nevent: operation\ndata: {}\n\n"
            "event: x y\ndata: one\ndata: two\ndata: three\ndata: \n\n");
}

TEST(EventStream, NeitherLosesNorDoublesWhatHappensDuringAReplay) {
  EventStream events;
  const auto subscription = events.subscribe();
  events.publish({.id = 3, .data = "c"});
  events.publish({.id = 4, .data = "d"});
  for (std::uint64_t id : {1, 2, 3}) ASSERT_TRUE(subscription->replay({.id = id, .data = "r"}));
  subscription->go_live();
  events.publish({.id = 5, .data = "e"});

  EXPECT_EQ(subscription->take().text,
            "id: 1\ndata: r\n\nid: 2\ndata: r\n\nid: 3\ndata: r\n\n"
            "id: 4\ndata: d\n\nid: 5\ndata: e\n\n");
}

TEST(EventStream, EndsAfterAReplayThatDoesNotFitSoThatTheClientFetchesTheRest) {
  EventStream events({.events_max = 2});
  const auto subscription = events.subscribe();
  EXPECT_TRUE(subscription->replay({.id = 1}));
  EXPECT_TRUE(subscription->replay({.id = 2}));
  EXPECT_FALSE(subscription->replay({.id = 3}));
  events.publish({.id = 9});
  subscription->go_live();

  const auto taken = subscription->take();
  EXPECT_EQ(taken.state, State::ended);
  EXPECT_NE(taken.text.find("id: 2"), std::string::npos);
  EXPECT_EQ(taken.text.find("id: 9"), std::string::npos);
}

TEST(EventStream, CutsOffAClientThatDoesNotKeepUpAndForgetsIt) {
  EventStream events({.events_max = 3});
  const auto slow = events.subscribe();
  const auto quick = events.subscribe();
  slow->go_live();
  quick->go_live();
  for (std::uint64_t id = 1; id <= 4; ++id) {
    events.publish({.id = id});
    EXPECT_FALSE(quick->take().text.empty());
  }

  EXPECT_TRUE(slow->has_overflowed());
  EXPECT_EQ(slow->take().state, State::overflowed);
  EXPECT_EQ(events.subscriber_count(), 1U);
}

TEST(EventStream, BoundsTheBytesButLetsOneLargeEventThrough) {
  EventStream events({.bytes_max = 100});
  const auto subscription = events.subscribe();
  subscription->go_live();
  events.publish({.data = std::string(500, 'x')});
  EXPECT_EQ(subscription->take().text.size(), 508U);

  events.publish({.data = std::string(80, 'x')});
  events.publish({.data = std::string(80, 'x')});
  EXPECT_TRUE(subscription->has_overflowed());
}

TEST(EventStream, SendsEachSubscriberWhatItWants) {
  EventStream events;
  const auto qa = events.subscribe([](const Event& event) { return event.type == "qa"; });
  qa->go_live();
  events.publish({.type = "dev"});
  events.publish({.type = "qa"});

  EXPECT_EQ(qa->take().text, "event: qa\ndata: \n\n");
}

TEST(EventStream, WakesTheConnectionOnceForWhatItHasNotTaken) {
  EventStream events;
  const auto subscription = events.subscribe();
  subscription->go_live();
  int wakes = 0;
  subscription->attach([&] { ++wakes; });
  events.publish({.data = "a"});
  events.publish({.data = "b"});
  EXPECT_EQ(wakes, 1);

  subscription->take();
  events.publish({.data = "c"});
  EXPECT_EQ(wakes, 2);
  subscription->detach();
  EXPECT_FALSE(subscription->push({.data = "d"}));
  EXPECT_EQ(wakes, 2);
}

TEST(EventStream, EndsItsSubscriptionsWhenItCloses) {
  EventStream events;
  const auto before = events.subscribe();
  events.close();
  const auto after = events.subscribe();

  EXPECT_EQ(before->take().state, State::ended);
  EXPECT_EQ(after->take().state, State::ended);
}

TEST(EventStream, LosesNothingWhenManyThreadsPublish) {
  EventStream events({.events_max = 10'000});
  const auto subscription = events.subscribe();
  subscription->go_live();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) events.publish({.data = "x"});
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(subscription->take().text.size(), 2000 * std::string("data: x\n\n").size());
}

TEST(LastEventId, IsReadFromHeaderOrQuery) {
  Request request;
  EXPECT_EQ(last_event_id(request), std::nullopt);
  request.query.emplace("last_event_id", "7");
  EXPECT_EQ(last_event_id(request), 7U);
  request.headers.set("last-event-id", "12");
  EXPECT_EQ(last_event_id(request), 12U);
  request.headers.set("Last-Event-ID", "12x");
  EXPECT_EQ(last_event_id(request), std::nullopt);
}

}  // namespace
}  // namespace slip::http
