// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every Endpoints must do (EndpointsContract), and every one that really forwards
// (ForwardingContract).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ports/runtime.h"
#include "tests/contract/tcp_peers.h"

namespace slip {

class EndpointsWorld {
 public:
  virtual ~EndpointsWorld() = default;
  virtual Endpoints& endpoints() = 0;
  virtual void restart_daemon() = 0;
  virtual std::uint16_t free_port() = 0;
  // One that another program has, for as long as this world lives.
  virtual std::uint16_t taken_port() = 0;
};

// On this machine's own loopback.
inline Target at(std::uint16_t port) {
  return {.instance = InstanceId("ins_target"), .port = port};
}

using MakeEndpointsWorld = std::function<std::unique_ptr<EndpointsWorld>()>;

class EndpointsContract : public testing::TestWithParam<MakeEndpointsWorld> {
 protected:
  Endpoints& endpoints() { return world_->endpoints(); }
  std::unique_ptr<EndpointsWorld> world_ = GetParam()();
  const std::uint16_t port_ = world_->free_port();
};

TEST_P(EndpointsContract, FindsAPortAvailableUntilItIsOpenAndAfterItIsClosed) {
  EXPECT_TRUE(endpoints().available(port_));

  ASSERT_TRUE(endpoints().open(port_, std::nullopt));
  EXPECT_FALSE(endpoints().available(port_));
  ASSERT_TRUE(endpoints().hold(port_));
  EXPECT_FALSE(endpoints().available(port_));

  ASSERT_TRUE(endpoints().close(port_));
  EXPECT_TRUE(endpoints().available(port_));
}

TEST_P(EndpointsContract, SaysThatAnotherProgramHasThePort) {
  const std::uint16_t taken = world_->taken_port();

  const auto opened = endpoints().open(taken, std::nullopt);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::already_exists);
  EXPECT_FALSE(endpoints().available(taken));
}

TEST_P(EndpointsContract, MayBeToldTheSameTwice) {
  EXPECT_TRUE(endpoints().hold(port_));
  EXPECT_TRUE(endpoints().close(port_));
  endpoints().expect(at(1));
  endpoints().expect(at(1));
  ASSERT_TRUE(endpoints().open(port_, at(1)));
  ASSERT_TRUE(endpoints().open(port_, at(1)));
  ASSERT_TRUE(endpoints().hold(port_));
  ASSERT_TRUE(endpoints().hold(port_));
  ASSERT_TRUE(endpoints().release(port_, at(2)));
  ASSERT_TRUE(endpoints().release(port_, at(2)));
  ASSERT_TRUE(endpoints().close(port_));
  EXPECT_TRUE(endpoints().close(port_));
}

TEST_P(EndpointsContract, ReleasesOnlyWhatIsOpen) {
  const auto released = endpoints().release(port_, at(1));

  ASSERT_FALSE(released);
  EXPECT_EQ(released.error().code, ErrorCode::not_found);
}

TEST_P(EndpointsContract, OpensTheSamePortsAgainAfterARestart) {
  ASSERT_TRUE(endpoints().open(port_, at(1)));

  world_->restart_daemon();

  EXPECT_TRUE(endpoints().available(port_));
  EXPECT_TRUE(endpoints().open(port_, at(1)));
}

class ForwardingContract : public EndpointsContract {
 protected:
  TcpPeer client() {
    TcpPeer peer = TcpPeer::connect(port_);
    EXPECT_TRUE(peer.connected());
    return peer;
  }
  TcpServer blue_{TcpServer::echo("blue")};
  TcpServer green_{TcpServer::echo("green")};
};

TEST_P(ForwardingContract, CarriesDataBothWays) {
  ASSERT_TRUE(endpoints().open(port_, at(blue_.port())));
  TcpPeer peer = client();

  EXPECT_EQ(peer.receive(4), "blue");
  ASSERT_TRUE(peer.send("hello"));
  EXPECT_EQ(peer.receive(5), "hello");
}

// Different bytes on each of many connections at once, more than any buffer between holds.
TEST_P(ForwardingContract, KeepsManyConnectionsApartAndWhole) {
  constexpr int connections = 100;
  constexpr std::size_t bytes = 1 << 20;
  ASSERT_TRUE(endpoints().open(port_, at(blue_.port())));
  std::atomic<int> whole = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&, i] {
      std::string sent(bytes, '\0');
      std::uint32_t seed = 2463534242U + static_cast<std::uint32_t>(i) * 7919;
      for (char& c : sent) c = static_cast<char>((seed = seed * 1664525U + 1013904223U) >> 24);
      TcpPeer peer = TcpPeer::connect(port_);
      std::thread sender([&] {
        peer.send(sent);
        peer.end_sending();
      });
      if (peer.receive_all() == "blue" + sent) ++whole;
      sender.join();
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(whole, connections);
}

TEST_P(ForwardingContract, KeepsAThousandConnectionsOpen) {
  ASSERT_TRUE(endpoints().open(port_, at(blue_.port())));
  std::vector<TcpPeer> peers;
  for (int i = 0; i < 1000; ++i) peers.push_back(client());

  int answered = 0;
  for (auto& peer : peers) answered += peer.receive(4) == "blue" ? 1 : 0;

  EXPECT_EQ(answered, 1000);
}

TEST_P(ForwardingContract, PassesTheEndOfOneDirectionOn) {
  TcpServer counting([](TcpPeer& peer) { peer.send(std::to_string(peer.receive_all().size())); });
  ASSERT_TRUE(endpoints().open(port_, at(counting.port())));
  TcpPeer peer = client();

  ASSERT_TRUE(peer.send("twelve bytes"));
  peer.end_sending();

  EXPECT_EQ(peer.receive_all(), "12");
}

// What a server does not read must not pile up in the forwarder.
TEST_P(ForwardingContract, StopsReadingFromOneSideWhenTheOtherDoesNotTakeIt) {
  std::atomic<bool> read_on = false;
  TcpServer lazy([&](TcpPeer& peer) {
    peer.send("!");
    while (!read_on) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    peer.send(std::to_string(peer.receive_all().size()));
  });
  ASSERT_TRUE(endpoints().open(port_, at(lazy.port())));
  TcpPeer peer = client();
  ASSERT_EQ(peer.receive(1), "!");

  const std::string block(1 << 16, 'x');
  const std::size_t far_too_much = 256 << 20;
  std::size_t sent = 0;
  pollfd writable{.fd = peer.fd(), .events = POLLOUT, .revents = 0};
  while (sent < far_too_much && poll(&writable, 1, 300) > 0) {
    const ssize_t put = ::send(peer.fd(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put > 0) sent += static_cast<std::size_t>(put);
  }
  read_on = true;
  peer.end_sending();

  EXPECT_LT(sent, far_too_much);
  EXPECT_EQ(peer.receive_all(), std::to_string(sent));
}

TEST_P(ForwardingContract, CutsConnectionsAtAHoldOnBothSides) {
  std::atomic<bool> server_saw_the_end = false;
  TcpServer watching([&](TcpPeer& peer) {
    peer.send("!");
    server_saw_the_end = peer.is_cut();
    peer.send("?");
  });
  ASSERT_TRUE(endpoints().open(port_, at(watching.port())));
  TcpPeer peer = client();
  ASSERT_EQ(peer.receive(1), "!");

  ASSERT_TRUE(endpoints().hold(port_));

  EXPECT_TRUE(peer.is_cut());
  for (int i = 0; i < 2000 && !server_saw_the_end; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(server_saw_the_end);
}

TEST_P(ForwardingContract, LetsNewConnectionsWaitInAHoldAndLeadsThemToTheNewTarget) {
  ASSERT_TRUE(endpoints().open(port_, at(blue_.port())));
  ASSERT_TRUE(endpoints().hold(port_));
  std::vector<TcpPeer> waiting;
  for (int i = 0; i < 50; ++i) waiting.push_back(client());
  ASSERT_TRUE(waiting.front().send("early"));
  EXPECT_FALSE(waiting.back().hears_something(50));

  ASSERT_TRUE(endpoints().release(port_, at(green_.port())));

  for (auto& peer : waiting) EXPECT_EQ(peer.receive(5), "green");
  EXPECT_EQ(waiting.front().receive(5), "early");
}

TEST_P(ForwardingContract, HoldsTwoThousandConnectionsInASwitch) {
  constexpr int connections = 2000;
  ASSERT_TRUE(endpoints().open(port_, at(blue_.port())));
  ASSERT_TRUE(endpoints().hold(port_));
  std::vector<TcpPeer> waiting;
  for (int i = 0; i < connections; ++i) waiting.push_back(client());

  ASSERT_TRUE(endpoints().release(port_, at(green_.port())));

  int answered = 0;
  for (auto& peer : waiting) answered += peer.receive(5) == "green" ? 1 : 0;
  EXPECT_EQ(answered, connections);
}

TEST_P(ForwardingContract, CutsOnlyWhatLeadsElsewhereWhenOpenedAgain) {
  ASSERT_TRUE(endpoints().open(port_, at(blue_.port())));
  TcpPeer first = client();
  ASSERT_EQ(first.receive(4), "blue");

  ASSERT_TRUE(endpoints().open(port_, at(blue_.port())));
  ASSERT_TRUE(first.send("still"));
  EXPECT_EQ(first.receive(5), "still");

  ASSERT_TRUE(endpoints().open(port_, at(green_.port())));
  EXPECT_TRUE(first.is_cut());
  EXPECT_EQ(client().receive(5), "green");
}

TEST_P(ForwardingContract, ClosesAClientWhoseTargetDoesNotAnswerOrIsNotThere) {
  std::uint16_t nobody = world_->free_port();
  ASSERT_TRUE(endpoints().open(port_, at(nobody)));
  TcpPeer refused = TcpPeer::connect(port_);
  EXPECT_TRUE(!refused.connected() || refused.is_cut());

  ASSERT_TRUE(endpoints().release(port_, std::nullopt));
  EXPECT_TRUE(client().is_cut());

  ASSERT_TRUE(endpoints().release(port_, at(blue_.port())));
  EXPECT_EQ(client().receive(4), "blue");
}

TEST_P(ForwardingContract, RefusesConnectionsOnceClosedAndCutsThoseThatWere) {
  ASSERT_TRUE(endpoints().open(port_, at(blue_.port())));
  TcpPeer peer = client();
  ASSERT_EQ(peer.receive(4), "blue");

  ASSERT_TRUE(endpoints().close(port_));

  EXPECT_TRUE(peer.is_cut());
  EXPECT_FALSE(TcpPeer::connect(port_).connected());
}

}  // namespace slip
