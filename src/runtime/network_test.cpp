// SPDX-License-Identifier: Apache-2.0
// Who reaches whom over loopback: real programs in real networks.

#include "runtime/network.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "runtime/supervisor_world.h"
#include "runtime/tcp_endpoints.h"
#include "tests/contract/adapter_world.h"
#include "tests/contract/tcp_peers.h"

namespace slip {
namespace {

class OwnNetwork : public testing::Test {
 protected:
  void SetUp() override {
    const std::string reason = world_.runtime().info().isolation_reason;
    if (reason.find(no_own_networks) == std::string::npos) return;
    ASSERT_NE(geteuid(), 0U) << "root always has networks: " << reason;
    GTEST_SKIP() << "no networks for an ordinary user here: " << reason;
  }

  LaunchSpec probe(const InstanceId& id, const VolumeId& volume, std::vector<std::string> argv) {
    LaunchSpec spec = world_.script(id, "");
    argv.insert(argv.begin(), SLIP_NETWORK_PROBE);
    spec.argv = std::move(argv);
    spec.readable = {SLIP_NETWORK_PROBE};
    spec.network = volume;
    return spec;
  }
  // Returns when it takes connections.
  void serve(const InstanceId& id, const VolumeId& volume, const std::string& word) {
    ASSERT_TRUE(world_.runtime().forget_log(id));
    const auto started =
        world_.runtime().start(id, probe(id, volume, {"serve", std::to_string(port_), word}));
    ASSERT_TRUE(started) << started.error().describe();
    for (int i = 0; i < 2'000; ++i) {
      if (world_.runtime().log(id, 100).value_or("") == "serving\n") return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    FAIL() << "it does not serve: " << world_.runtime().log(id, 1000).value_or("");
  }
  // What a program of that volume hears at the port.
  std::string asks(const VolumeId& volume, std::uint16_t port) {
    const InstanceId id("ins_asks");
    const auto ran =
        world_.runtime().run_once(id, {.spec = probe(id, volume, {"ask", std::to_string(port)})});
    EXPECT_TRUE(ran) << ran.error().describe() << ran.error().detail;
    return ran ? ran->output : "";
  }
  std::string hears(const InstanceId& id) {
    auto socket = world_.runtime().begin_connect(id, port_);
    EXPECT_TRUE(socket) << socket.error().describe();
    if (!socket) return "";
    fcntl(socket->get(), F_SETFL, 0);
    return TcpPeer(*std::move(socket)).receive_all();
  }
  std::unique_ptr<TcpEndpoints> forwarder() {
    return TcpEndpoints::open({.connect =
                                   [this](const Target& target) {
                                     return world_.runtime().begin_connect(target.instance,
                                                                           target.port);
                                   }})
        .value();
  }

  ShellWorld world_{SupervisorOptions::Isolate::automatic, SupervisorOptions::Control::automatic};
  const VolumeId ours_{"vol_ours"};
  const VolumeId other_{"vol_other"};
  const InstanceId one_{"ins_one"};
  const InstanceId two_{"ins_two"};
  const std::uint16_t port_ = test::free_port();
};

TEST_F(OwnNetwork, HidesWhatListensOnTheHostsLoopback) {
  const TcpServer host(TcpServer::echo("host"));

  EXPECT_EQ(asks(ours_, host.port()), "nobody\n");
  EXPECT_EQ(asks(VolumeId(), host.port()), "host\n");
}

TEST_F(OwnNetwork, LetsSiblingsReachEachOtherAndNobodyElse) {
  serve(one_, ours_, "one");

  EXPECT_EQ(asks(ours_, port_), "one\n");
  EXPECT_EQ(asks(other_, port_), "nobody\n");
  EXPECT_FALSE(TcpPeer::connect(port_).connected());
}

TEST_F(OwnNetwork, LeavesTheSamePortToEachVolume) {
  serve(one_, ours_, "one");
  serve(two_, other_, "two");

  EXPECT_EQ(hears(one_), "one");
  EXPECT_EQ(hears(two_), "two");
  EXPECT_EQ(world_.runtime().status(one_)->network, ours_);
}

TEST_F(OwnNetwork, IsReachedAndJoinedAgainWhenTheDaemonIsNew) {
  serve(one_, ours_, "one");

  world_.restart_daemon();

  EXPECT_EQ(hears(one_), "one");
  EXPECT_EQ(asks(ours_, port_), "one\n");
  EXPECT_EQ(world_.runtime().status(one_)->network, ours_);
}

TEST_F(OwnNetwork, IsForwardedIntoAlsoWhenTheInstanceIsAnother) {
  serve(one_, ours_, "one");
  serve(two_, other_, "two");
  const auto endpoints = forwarder();
  const std::uint16_t endpoint = test::free_port();
  ASSERT_TRUE(endpoints->open(endpoint, Target{one_, port_}));
  EXPECT_EQ(TcpPeer::connect(endpoint).receive_all(), "one");

  ASSERT_TRUE(endpoints->open(endpoint, Target{two_, port_}));

  EXPECT_EQ(TcpPeer::connect(endpoint).receive_all(), "two");
}

// Where an instance is gone, what happens to listen at its port on the host is not for its clients.
TEST_F(OwnNetwork, IsNotTakenForTheHostsWhereItIsGone) {
  serve(one_, ours_, "one");
  const TcpServer host(TcpServer::echo("host"));
  ASSERT_TRUE(world_.runtime().stop(one_, Duration(0)));
  const auto endpoints = forwarder();
  const std::uint16_t endpoint = test::free_port();

  ASSERT_TRUE(endpoints->open(endpoint, Target{one_, host.port()}));

  EXPECT_EQ(TcpPeer::connect(endpoint).receive_all(), "");
  EXPECT_EQ(world_.runtime().begin_connect(one_, host.port()).error().code, ErrorCode::not_found);
}

TEST_F(OwnNetwork, IsLetGoOfWithTheLastInstance) {
  const auto networks_open = [] {
    int count = 0;
    for (const auto& fd : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      const auto target = std::filesystem::read_symlink(fd.path(), gone).string();
      count += target.starts_with("net:[") ? 1 : 0;
    }
    return count;
  };
  // A spare one is made meanwhile.
  const auto become = [&](int wanted) {
    for (int i = 0; i < 2'000 && networks_open() != wanted; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return networks_open() == wanted;
  };
  const int before = networks_open();
  serve(one_, ours_, "one");
  serve(two_, other_, "two");
  EXPECT_TRUE(become(before + 3)) << "theirs and the spare one, not " << networks_open();
  EXPECT_EQ(asks(ours_, port_), "one\n");

  ASSERT_TRUE(world_.runtime().stop(one_, Duration(0)));
  ASSERT_TRUE(world_.runtime().stop(two_, Duration(0)));

  EXPECT_TRUE(become(before + 1)) << "the spare one, not " << networks_open();
}

}  // namespace
}  // namespace slip
