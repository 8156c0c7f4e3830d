// SPDX-License-Identifier: Apache-2.0
#include "runtime/tcp_endpoints.h"

#include "runtime/tcp_socket.h"
#include "tests/contract/endpoints_contract.h"

namespace slip {
namespace {

class Loopback : public EndpointsWorld {
 public:
  Endpoints& endpoints() override { return *endpoints_; }
  void restart_daemon() override {
    endpoints_.reset();
    endpoints_ = make();
  }
  std::uint16_t free_port() override {
    const TcpServer briefly([](TcpPeer&) {});
    return briefly.port();
  }
  std::uint16_t taken_port() override { return other_program_.port(); }

 private:
  static std::unique_ptr<TcpEndpoints> make() {
    auto made = TcpEndpoints::open(
        {.connect = [](const Target& target) { return begin_connect_here(target.port); }});
    if (!made) ADD_FAILURE() << made.error().describe();
    return *std::move(made);
  }

  TcpServer other_program_{[](TcpPeer&) {}};
  std::unique_ptr<TcpEndpoints> endpoints_ = make();
};

std::unique_ptr<EndpointsWorld> make_loopback() {
  return std::make_unique<Loopback>();
}

INSTANTIATE_TEST_SUITE_P(Tcp, EndpointsContract, testing::Values(make_loopback));
INSTANTIATE_TEST_SUITE_P(Tcp, ForwardingContract, testing::Values(make_loopback));

TEST(TcpEndpoints, RefusesAnAddressThatIsNone) {
  const auto made = TcpEndpoints::open({.connect = {}, .listen_address = "localhost"});

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
}

TEST(TcpEndpoints, ForgetsConnectionsThatEnded) {
  Loopback world;
  auto& endpoints = dynamic_cast<TcpEndpoints&>(world.endpoints());
  TcpServer server(TcpServer::echo("x"));
  const std::uint16_t port = world.free_port();
  ASSERT_TRUE(endpoints.open(port, at(server.port())));
  {
    TcpPeer peer = TcpPeer::connect(port);
    ASSERT_EQ(peer.receive(1), "x");
    EXPECT_EQ(endpoints.connections(), 1U);
  }
  for (int i = 0; i < 2000 && endpoints.connections() > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(endpoints.connections(), 0U);
}

TEST(TcpEndpoints, CloseWhatIsTooManyForOnePortAndServeTheOthers) {
  Loopback world;
  const auto made = TcpEndpoints::open(
      {.connect = [](const Target& target) { return begin_connect_here(target.port); },
       .pairs_max = 4});
  ASSERT_TRUE(made);
  TcpEndpoints& endpoints = **made;
  TcpServer server(TcpServer::echo("x"));
  const std::uint16_t flooded = world.free_port();
  const std::uint16_t other = world.free_port();
  ASSERT_TRUE(endpoints.open(flooded, at(server.port())));
  ASSERT_TRUE(endpoints.open(other, at(server.port())));

  std::vector<TcpPeer> served;
  for (int i = 0; i < 3; ++i) {
    served.push_back(TcpPeer::connect(flooded));
    ASSERT_EQ(served.back().receive(1), "x");
  }
  TcpPeer too_many = TcpPeer::connect(flooded);
  EXPECT_EQ(too_many.receive(1), "");
  TcpPeer neighbour = TcpPeer::connect(other);
  EXPECT_EQ(neighbour.receive(1), "x");

  // Who leaves makes room.
  served.pop_back();
  for (int i = 0; i < 2000 && endpoints.connections() > 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  TcpPeer next = TcpPeer::connect(flooded);
  EXPECT_EQ(next.receive(1), "x");
}

}  // namespace
}  // namespace slip
