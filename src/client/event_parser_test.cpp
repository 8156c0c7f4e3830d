// SPDX-License-Identifier: Apache-2.0
#include "client/event_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slip {
namespace {

using testing::ElementsAre;

struct Collected {
  std::vector<std::string> events;
  EventParser::OnEvent add() {
    return [this](std::uint64_t id, std::string_view type, std::string_view data) {
      events.push_back(std::to_string(id) + "|" + std::string(type) + "|" + std::string(data));
      return true;
    };
  }
};

constexpr std::string_view stream =
    "retry: 1000\n\n: heartbeat\n\nid: 7\nevent: operation\ndata: {\"a\":1}\n\n"
    "data: one\r\ndata: two\r\n\r\nevent:x\rdata\r\rid: 9\ndata:  z\n\ndata: unfinished\n";

TEST(EventParser, ReadsEventsAndSkipsComments) {
  Collected got;
  EventParser parser;
  ASSERT_TRUE(parser.feed(stream, got.add()));

  EXPECT_THAT(got.events,
              ElementsAre("7|operation|{\"a\":1}", "7|message|one\ntwo", "7|x|", "9|message| z"));
}

TEST(EventParser, ReadsTheSameWhereverThePiecesAreCut) {
  Collected whole;
  ASSERT_TRUE(EventParser().feed(stream, whole.add()));
  for (std::size_t size = 1; size < 12; ++size) {
    Collected got;
    EventParser parser;
    for (std::size_t at = 0; at < stream.size(); at += size) {
      ASSERT_TRUE(parser.feed(stream.substr(at, size), got.add()));
    }
    EXPECT_EQ(got.events, whole.events) << "in pieces of " << size;
  }
}

TEST(EventParser, StopsWhenToldTo) {
  int seen = 0;
  EventParser parser;
  const auto result = parser.feed("data: 1\n\ndata: 2\n\n", [&](auto, auto, auto) {
    ++seen;
    return false;
  });

  EXPECT_EQ(*result, EventParser::Go::stop);
  EXPECT_EQ(seen, 1);
}

TEST(EventParser, RefusesAnEndlessEvent) {
  EventParser parser;
  const std::string piece(1 << 20, 'x');
  Result<EventParser::Go> result = EventParser::Go::on;
  for (int i = 0; i < 20 && result; ++i) result = parser.feed(piece, {});

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace slip
