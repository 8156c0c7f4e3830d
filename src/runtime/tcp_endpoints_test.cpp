// SPDX-License-Identifier: Apache-2.0
#include "runtime/tcp_endpoints.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/temporary_directory.h"
#include "gateway/tcp/tcp_socket.h"
#include "runtime/process_identity.h"
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
       .gateway = {.forwarder = {.connections_max = 4}}});
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

// The gateway is a process, which this world ends.
class OwnProcess : public EndpointsWorld {
 public:
  ~OwnProcess() override {
    endpoints_.reset();
    const auto ended = end_gateways(directory());
    EXPECT_TRUE(ended) << ended.error().describe();
    EXPECT_TRUE(std::filesystem::is_empty(directory()));
  }
  Endpoints& endpoints() override { return *endpoints_; }
  TcpEndpoints& tcp() { return *endpoints_; }
  void stop_daemon() { endpoints_.reset(); }
  void start_daemon(const std::string& version = "1") { endpoints_ = make(version); }
  void restart_daemon() override {
    stop_daemon();
    start_daemon();
  }
  std::uint16_t free_port() override {
    const TcpServer briefly([](TcpPeer&) {});
    return briefly.port();
  }
  std::uint16_t taken_port() override { return other_program_.port(); }
  std::filesystem::path directory() const { return directory_.path() / "gateways"; }
  std::size_t gateways() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(directory()), {}));
  }
  // Of the one gateway there is, which is of this program's children while it has started it.
  pid_t gateway() const {
    for (const auto& stat : all_processes()) {
      std::ifstream name("/proc/" + std::to_string(stat.pid) + "/comm");
      std::string text;
      if (stat.parent == getpid() && stat.state != 'Z' && std::getline(name, text) &&
          text == "slip-gateway") {
        return stat.pid;
      }
    }
    return -1;
  }

 private:
  std::unique_ptr<TcpEndpoints> make(const std::string& version) {
    auto made = TcpEndpoints::open(
        {.connect = [](const Target& target) { return begin_connect_here(target.port); },
         .gateway = {.directory = directory(),
                     .program = SLIP_GATEWAY_PROBE,
                     .forwarder = {.version = version}}});
    if (!made) ADD_FAILURE() << made.error().describe();
    return *std::move(made);
  }

  TemporaryDirectory directory_;
  TcpServer other_program_{[](TcpPeer&) {}};
  std::unique_ptr<TcpEndpoints> endpoints_ = make("1");
};

INSTANTIATE_TEST_SUITE_P(OwnProcess, EndpointsContract,
                         testing::Values([] { return std::make_unique<OwnProcess>(); }));
INSTANTIATE_TEST_SUITE_P(OwnProcess, ForwardingContract,
                         testing::Values([] { return std::make_unique<OwnProcess>(); }));

class GatewayProcess : public testing::Test {
 protected:
  TcpPeer client() {
    TcpPeer peer = TcpPeer::connect(port_);
    EXPECT_TRUE(peer.connected());
    return peer;
  }
  static bool goes_on(TcpPeer& peer) { return peer.send("still") && peer.receive(5) == "still"; }
  std::string line_of(const char* file, const std::string& name) {
    std::ifstream lines("/proc/" + std::to_string(world_.gateway()) + "/" + file);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(name)) return line.substr(name.size());
    }
    return "";
  }
  bool comes_to_have_gateways(std::size_t count) {
    for (int i = 0; i < 4000 && world_.gateways() != count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return world_.gateways() == count;
  }

  OwnProcess world_;
  TcpServer blue_{TcpServer::echo("blue")};
  TcpServer green_{TcpServer::echo("green")};
  const std::uint16_t port_ = world_.free_port();
};

TEST_F(GatewayProcess, KeepsConnectionsWhileTheDaemonIsReplaced) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  TcpPeer peer = client();
  ASSERT_EQ(peer.receive(4), "blue");

  world_.stop_daemon();
  EXPECT_TRUE(goes_on(peer));
  TcpPeer newcomer = client();
  EXPECT_FALSE(newcomer.hears_something(50));
  world_.start_daemon();
  EXPECT_FALSE(newcomer.hears_something(50)) << "before it is known where the port leads";
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));

  EXPECT_EQ(newcomer.receive(4), "blue");
  EXPECT_TRUE(goes_on(peer));
  EXPECT_EQ(world_.gateways(), 1U);
}

TEST_F(GatewayProcess, CutsWhatLedElsewhereBeforeTheDaemonWasReplaced) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  TcpPeer peer = client();
  ASSERT_EQ(peer.receive(4), "blue");

  world_.restart_daemon();
  ASSERT_TRUE(world_.endpoints().open(port_, at(green_.port())));

  EXPECT_TRUE(peer.is_cut());
  EXPECT_EQ(client().receive(5), "green");
}

TEST_F(GatewayProcess, ClosesPortsThatTheNextDaemonDoesNotOpen) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  TcpPeer peer = client();
  ASSERT_EQ(peer.receive(4), "blue");

  world_.restart_daemon();
  world_.tcp().forget_others();

  EXPECT_TRUE(peer.is_cut());
  EXPECT_FALSE(TcpPeer::connect(port_).connected());
}

TEST_F(GatewayProcess, PassesItsPortsOnToOneOfAnotherVersion) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  TcpPeer old = client();
  ASSERT_EQ(old.receive(4), "blue");
  world_.stop_daemon();
  TcpPeer between = client();

  world_.start_daemon("2");
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));

  EXPECT_EQ(between.receive(4), "blue");
  EXPECT_TRUE(goes_on(old));
  EXPECT_EQ(world_.gateways(), 2U);
  old.reset();
  EXPECT_TRUE(comes_to_have_gateways(1)) << "the old one ends with its last connection";
  EXPECT_TRUE(goes_on(between));
}

TEST_F(GatewayProcess, IsCutAtAHoldWhenRetiredToo) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  TcpPeer old = client();
  ASSERT_EQ(old.receive(4), "blue");
  world_.stop_daemon();
  world_.start_daemon("2");
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  world_.stop_daemon();
  world_.start_daemon("2");
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  EXPECT_TRUE(goes_on(old)) << "by way of a gateway that two daemons ago was another's";

  ASSERT_TRUE(world_.endpoints().hold(port_));

  EXPECT_TRUE(old.is_cut());
}

TEST_F(GatewayProcess, IsStartedAgainAndToldAllWhenItDies) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  const std::uint16_t held = world_.free_port();
  ASSERT_TRUE(world_.endpoints().open(held, at(blue_.port())));
  ASSERT_TRUE(world_.endpoints().hold(held));
  TcpPeer lost = client();
  ASSERT_EQ(lost.receive(4), "blue");
  TcpPeer waits = TcpPeer::connect(held);

  ASSERT_EQ(kill(world_.gateway(), SIGKILL), 0);

  EXPECT_TRUE(lost.is_cut());
  EXPECT_EQ(client().receive(4), "blue");
  EXPECT_FALSE(waits.hears_something(50));
  ASSERT_TRUE(world_.endpoints().release(held, at(green_.port())));
  EXPECT_EQ(waits.receive(5), "green");
}

TEST_F(GatewayProcess, CanDoNothingButForward) {
  EXPECT_EQ(line_of("status", "CapEff:\t"), "0000000000000000");
  EXPECT_EQ(line_of("status", "CapPrm:\t"), "0000000000000000");
  EXPECT_EQ(line_of("status", "NoNewPrivs:\t"), "1");
  EXPECT_EQ(line_of("status", "Seccomp:\t"), "2");
}

TEST_F(GatewayProcess, ListensWhereTheNextDaemonWants) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(blue_.port())));
  TcpPeer old = client();
  ASSERT_EQ(old.receive(4), "blue");
  world_.stop_daemon();

  auto everywhere = TcpEndpoints::open(
      {.connect = [](const Target& target) { return begin_connect_here(target.port); },
       .listen_address = "0.0.0.0",
       .gateway = {.directory = world_.directory(),
                   .program = SLIP_GATEWAY_PROBE,
                   .forwarder = {.version = "1"}}});
  ASSERT_TRUE(everywhere) << everywhere.error().describe();
  const auto opened = (*everywhere)->open(port_, at(blue_.port()));

  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_EQ(client().receive(4), "blue");
  EXPECT_TRUE(goes_on(old));
}

}  // namespace
}  // namespace slip
