// SPDX-License-Identifier: Apache-2.0
// Connections that the kernel leads into a branch's network. The whole program runs in a network of
// its own, so that the loopback that gets programs is nobody else's.

#include "gateway/kernel_lane.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "gateway/devices.h"
#include "gateway/lane_programs.h"
#include "gateway/netlink.h"
#include "gateway/tcp/tcp_socket.h"
#include "runtime/network.h"
#include "runtime/tcp_endpoints.h"
#include "tests/contract/endpoints_contract.h"

namespace slip {
namespace {

bool bring_loopback_up() {
  const UniqueFd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return ioctl(any.get(), SIOCSIFFLAGS, &request) == 0;
}

// The thread that calls goes there and back.
class Visit {
 public:
  explicit Visit(const Network& network)
      : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    EXPECT_EQ(setns(network.door().network, CLONE_NEWNET), 0);
  }
  ~Visit() { EXPECT_EQ(setns(home_.get(), CLONE_NEWNET), 0); }

 private:
  UniqueFd home_;
};

// Why this machine has no lane; empty: it has. The first call leaves the machine's own network.
const std::string& why_not() {
  static const std::string why = []() -> std::string {
    if (geteuid() != 0) return "only root leads connections in the kernel";
    if (unshare(CLONE_NEWNET) != 0 || !bring_loopback_up()) return "no network of its own here";
    const auto lane = KernelLane::open();
    return lane ? "" : lane.error().describe() + lane.error().detail;
  }();
  return why;
}

// Servers that a test makes before it first asks for the endpoints are in the branch.
class Branch : public EndpointsWorld {
 public:
  Branch() {
    if (!why_not().empty()) return;
    auto made = Network::make();
    EXPECT_TRUE(made) << made.error().describe();
    network_ = std::make_shared<const Network>(*std::move(made));
    other_program_.emplace([](TcpPeer&) {});
    endpoints_ = make();
  }

  Endpoints& endpoints() override {
    visit_.reset();
    return *endpoints_;
  }
  TcpEndpoints& tcp() { return dynamic_cast<TcpEndpoints&>(endpoints()); }
  void restart_daemon() override {
    visit_.reset();
    endpoints_.reset();
    endpoints_ = make();
  }
  std::uint16_t free_port() override {
    visit_.reset();
    if (!why_not().empty()) return 1;
    std::uint16_t port = 0;
    {
      const TcpServer briefly([](TcpPeer&) {});
      port = briefly.port();
    }
    visit_.emplace(*network_);
    return port;
  }
  std::uint16_t taken_port() override { return other_program_->port(); }

  void enter() { visit_.emplace(*network_); }
  void leave() { visit_.reset(); }
  void stop_daemon() { endpoints_.reset(); }
  const std::shared_ptr<const Network>& network() { return network_; }
  void lose_network() { network_.reset(); }

 private:
  std::unique_ptr<TcpEndpoints> make() {
    auto lane = KernelLane::open();
    EXPECT_TRUE(lane) << lane.error().describe();
    TcpEndpointsOptions options{
        .connect = [this](const Target& target) { return network_->begin_connect(target.port); }};
    options.lane = *std::move(lane);
    options.network = [this](const InstanceId&) { return network_; };
    auto made = TcpEndpoints::open(std::move(options));
    EXPECT_TRUE(made) << made.error().describe();
    return *std::move(made);
  }

  std::shared_ptr<const Network> network_;
  std::optional<TcpServer> other_program_;
  std::unique_ptr<TcpEndpoints> endpoints_;
  std::optional<Visit> visit_;  // last: it ends first
};

// Skipping in a constructor would come too late for the contract's own.
class SkipsWithoutALane : public testing::Environment {
 public:
  void SetUp() override {
    if (!why_not().empty()) GTEST_SKIP() << why_not();
  }
};
[[maybe_unused]] const auto* const environment =
    testing::AddGlobalTestEnvironment(new SkipsWithoutALane);

std::unique_ptr<EndpointsWorld> make_branch() {
  return std::make_unique<Branch>();
}

INSTANTIATE_TEST_SUITE_P(Lane, EndpointsContract, testing::Values(make_branch));
INSTANTIATE_TEST_SUITE_P(Lane, ForwardingContract, testing::Values(make_branch));

class Lane : public testing::Test {
 protected:
  // True if the server is behind the port.
  bool answers(const std::string& word) {
    TcpPeer peer = TcpPeer::connect(port_);
    return peer.receive(word.size()) == word;
  }

  Branch world_;
  const std::uint16_t port_ = world_.free_port();
  TcpServer server_{TcpServer::echo("here")};
};

TEST_F(Lane, CopiesNothingOfWhatItLeads) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  TcpPeer peer = TcpPeer::connect(port_);

  ASSERT_EQ(peer.receive(4), "here");
  EXPECT_EQ(world_.tcp().connections(), 0U);
}

TEST_F(Lane, IsMadeWhereItIsExpectedBeforeAnythingIsLed) {
  const auto device = [&]() -> std::optional<std::uint32_t> {
    const auto there = open_netlink_in(world_.network()->door().network, NETLINK_ROUTE);
    const auto pair = there ? find_pair(*there, "slip0") : Result<DevicePair>(there.error());
    return pair ? std::optional(pair->ours) : std::nullopt;
  };
  world_.leave();
  ASSERT_FALSE(device());

  world_.endpoints().expect(at(server_.port()));

  const auto made = device();
  ASSERT_TRUE(made);
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  EXPECT_EQ(device(), made);
  EXPECT_TRUE(answers("here"));
  EXPECT_EQ(world_.tcp().connections(), 0U);
}

// An IPv6 socket has connections of IPv4 at addresses of another form.
struct Place {
  const char* name;
  int family;
  const char* address;
};
class LaneTo : public Lane, public testing::WithParamInterface<Place> {
 protected:
  // Of the branch.
  UniqueFd listen_at(const Place& place) {
    world_.enter();
    UniqueFd made(socket(place.family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in ipv4{};
    sockaddr_in6 ipv6{};
    ipv4.sin_family = AF_INET;
    ipv6.sin6_family = AF_INET6;
    const bool is_ipv4 = place.family == AF_INET;
    void* const address = is_ipv4 ? static_cast<void*>(&ipv4.sin_addr) : &ipv6.sin6_addr;
    EXPECT_EQ(inet_pton(place.family, place.address, address), 1);
    const auto* where = is_ipv4 ? reinterpret_cast<const sockaddr*>(&ipv4)
                                : reinterpret_cast<const sockaddr*>(&ipv6);
    EXPECT_EQ(bind(made.get(), where, is_ipv4 ? sizeof ipv4 : sizeof ipv6), 0);
    EXPECT_EQ(listen(made.get(), 16), 0);
    world_.leave();
    return made;
  }
  static std::uint16_t port_of(const UniqueFd& listener) {
    sockaddr_in6 got{};  // the port lies where that of IPv4 does
    socklen_t size = sizeof got;
    getsockname(listener.get(), reinterpret_cast<sockaddr*>(&got), &size);
    return ntohs(got.sin6_port);
  }
};
INSTANTIATE_TEST_SUITE_P(
    Listeners, LaneTo,
    testing::Values(Place{"Loopback", AF_INET, "127.0.0.1"}, Place{"Anywhere", AF_INET, "0.0.0.0"},
                    Place{"LoopbackOfIpv6Socket", AF_INET6, "::ffff:127.0.0.1"},
                    Place{"AnywhereOfIpv6Socket", AF_INET6, "::"}),
    [](const auto& place) { return std::string(place.param.name); });

TEST_P(LaneTo, LeadsToAListenerAndCutsItsConnectionsInASwitch) {
  const UniqueFd listener = listen_at(GetParam());
  ASSERT_TRUE(world_.endpoints().open(port_, at(port_of(listener))));
  TcpPeer client = TcpPeer::connect(port_);
  ASSERT_TRUE(client.connected());
  TcpPeer server(UniqueFd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)));
  ASSERT_TRUE(client.send("before"));
  ASSERT_EQ(server.receive(6), "before");
  EXPECT_EQ(world_.tcp().connections(), 0U);

  ASSERT_TRUE(world_.endpoints().hold(port_));

  EXPECT_TRUE(client.is_cut());
  EXPECT_TRUE(server.is_cut());
}

// Of devices other than loopback, in the network that the calling thread is in.
std::vector<std::string> devices_with_addresses() {
  ifaddrs* found = nullptr;
  EXPECT_EQ(getifaddrs(&found), 0);
  std::vector<std::string> names;
  for (const ifaddrs* one = found; one != nullptr; one = one->ifa_next) {
    const bool is_address = one->ifa_addr != nullptr && one->ifa_addr->sa_family != AF_PACKET;
    if (is_address && one->ifa_name != std::string("lo")) names.emplace_back(one->ifa_name);
  }
  freeifaddrs(found);
  return names;
}

// Browsers break off all their connections when an address of their machine comes or goes.
TEST_F(Lane, GivesNeitherSideAnAddress) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  ASSERT_TRUE(answers("here"));

  EXPECT_THAT(devices_with_addresses(), testing::IsEmpty());
  world_.enter();
  EXPECT_THAT(devices_with_addresses(), testing::IsEmpty());
}

TEST_F(Lane, ShowsServersTheirClientsAtLoopback) {
  world_.enter();
  TcpServer telling([](TcpPeer& peer) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    getpeername(peer.fd(), reinterpret_cast<sockaddr*>(&from), &size);
    peer.send(std::to_string(ntohl(from.sin_addr.s_addr)) + ":" +
              std::to_string(ntohs(from.sin_port)));
  });
  ASSERT_TRUE(world_.endpoints().open(port_, at(telling.port())));
  TcpPeer peer = TcpPeer::connect(port_);
  sockaddr_in own{};
  socklen_t size = sizeof own;
  getsockname(peer.fd(), reinterpret_cast<sockaddr*>(&own), &size);

  EXPECT_EQ(peer.receive_all(),
            std::to_string(INADDR_LOOPBACK) + ":" + std::to_string(ntohs(own.sin_port)));
}

// What is said before, while there is no daemon, and after, each answer for its question.
TEST_F(Lane, KeepsTwoHundredConnectionsWhileTheDaemonIsReplaced) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  std::vector<TcpPeer> peers;
  for (int i = 0; i < 200; ++i) peers.push_back(TcpPeer::connect(port_));
  std::atomic<bool> enough = false;
  std::atomic<int> whole = 0;
  std::atomic<int> talking = 0;
  std::vector<std::thread> threads;
  for (auto& peer : peers) {
    threads.emplace_back([&] {
      bool right = peer.receive(4) == "here";
      for (int round = 0; right && !enough; ++round) {
        const std::string question =
            std::to_string(round * 7919 % 100'003) + std::string(3000, 'x');
        right = peer.send(question) && peer.receive(question.size()) == question;
        if (round == 0) ++talking;
      }
      if (right) ++whole;
    });
  }
  while (talking < 200) std::this_thread::sleep_for(std::chrono::milliseconds(5));

  for (int i = 0; i < 5; ++i) {
    world_.restart_daemon();
    ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
    ASSERT_TRUE(world_.endpoints().release(port_, at(server_.port())));
  }
  enough = true;
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(whole, 200);
  EXPECT_EQ(world_.tcp().connections(), 0U);
}

TEST_F(Lane, TakesNewConnectionsWhileTheDaemonIsAway) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));

  world_.stop_daemon();

  EXPECT_TRUE(answers("here"));
}

TEST_F(Lane, HoldsTwoThousandNewConnectionsInASwitch) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  ASSERT_TRUE(world_.endpoints().hold(port_));
  std::vector<TcpPeer> waiting;
  for (int i = 0; i < 2000; ++i) waiting.push_back(TcpPeer::connect(port_));

  ASSERT_TRUE(world_.endpoints().release(port_, at(server_.port())));

  int answered = 0;
  for (auto& peer : waiting) answered += peer.receive(4) == "here" ? 1 : 0;
  EXPECT_EQ(answered, 2000);
  TcpPeer after = TcpPeer::connect(port_);
  EXPECT_EQ(after.receive(4), "here");
  EXPECT_LE(world_.tcp().connections(), 2000U);
}

// The same client port at two endpoints of one instance: two connections all the same.
TEST_F(Lane, TellsConnectionsThroughTwoEndpointsApart) {
  const std::uint16_t second = world_.free_port();
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  ASSERT_TRUE(world_.endpoints().open(second, at(server_.port())));
  const auto bound_to = [](std::uint16_t from, std::uint16_t to) {
    UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const auto here = loopback(from);
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
    const auto there = loopback(to);
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there), 0);
    return TcpPeer(std::move(fd));
  };
  const std::uint16_t from = world_.free_port();
  world_.leave();
  TcpPeer one = bound_to(from, port_);
  TcpPeer other = bound_to(from, second);

  ASSERT_TRUE(one.send("1"));
  ASSERT_TRUE(other.send("2"));
  EXPECT_EQ(one.receive(5), "here1");
  EXPECT_EQ(other.receive(5), "here2");
}

// Their server ended them first, so that the branch remembers them for a minute.
TEST_F(Lane, TakesPortsOfClientsAgainWhoseConnectionsEnded) {
  world_.enter();
  TcpServer ending([](TcpPeer& peer) { peer.send("!"); });
  ASSERT_TRUE(world_.endpoints().open(port_, at(ending.port())));
  const UniqueFd range(
      open("/proc/sys/net/ipv4/ip_local_port_range", O_WRONLY | O_CLOEXEC));  // of this program
  ASSERT_GT(write(range.get(), "40000 40049", 11), 0);

  int answered = 0;
  for (int i = 0; i < 300; ++i) answered += TcpPeer::connect(port_).receive_all() == "!" ? 1 : 0;

  EXPECT_EQ(answered, 300);
  EXPECT_GT(pwrite(range.get(), "32768 60999", 11, 0), 0);
}

TEST_F(Lane, LeavesAnotherProgramThatTookThePortAlone) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  world_.stop_daemon();
  const UniqueFd other = listen_on(htonl(INADDR_LOOPBACK), port_).value();

  TcpPeer peer = TcpPeer::connect(port_);

  EXPECT_TRUE(peer.connected());
  EXPECT_FALSE(peer.hears_something(50));
  pollfd waiting{.fd = other.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&waiting, 1, 1000), 1);
}

// As if it had died right after.
TEST_F(Lane, CompletesAPairThatAKilledDaemonBegan) {
  world_.leave();
  const UniqueFd netlink = open_netlink(NETLINK_ROUTE).value();
  ASSERT_TRUE(make_pair_into(netlink, world_.network()->door().network, "slip0"));

  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));

  EXPECT_TRUE(answers("here"));
  EXPECT_EQ(world_.tcp().connections(), 0U);
}

TEST_F(Lane, ForgetsPortsThatAKilledDaemonLedAndNobodyOpensAgain) {
  const auto given_up = world_.free_port();
  world_.leave();
  Branch other;
  const auto of_another = other.free_port();
  TcpServer inside(TcpServer::echo("other"));
  ASSERT_TRUE(other.endpoints().open(of_another, at(inside.port())));
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  ASSERT_TRUE(world_.endpoints().open(given_up, at(server_.port())));
  world_.restart_daemon();
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  ASSERT_TRUE(TcpPeer::connect(given_up).connected());

  world_.tcp().forget_others();

  EXPECT_FALSE(TcpPeer::connect(given_up).connected());
  EXPECT_TRUE(answers("here"));
  EXPECT_EQ(world_.tcp().connections(), 0U);
  EXPECT_EQ(TcpPeer::connect(of_another).receive(5), "other");
  EXPECT_EQ(other.tcp().connections(), 0U);
}

TEST_F(Lane, LeavesTheTableToOthersThatMadeItAnew) {
  world_.stop_daemon();
  world_.leave();
  auto first = KernelLane::open().value();
  auto last_user = KernelLane::open().value();
  const int network = world_.network()->door().network;
  ASSERT_TRUE(last_user->lead(port_, network, server_.port()));
  last_user->forget(port_);
  last_user.reset();
  world_.restart_daemon();
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));

  first.reset();

  EXPECT_TRUE(answers("here"));
  EXPECT_EQ(world_.tcp().connections(), 0U);
}

// What runs in a branch gets no way out: not to this machine's loopback, nor to our end of the
// pair.
TEST_F(Lane, LetsNothingBeginAConnectionOutOfTheBranch) {
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  ASSERT_TRUE(answers("here"));
  TcpServer secret(TcpServer::echo("secret"));
  ASSERT_TRUE(TcpPeer::connect(secret.port()).connected());
  world_.enter();
  const auto from_endpoint = [&](std::uint16_t source_port) {
    UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int yes = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    auto here = loopback(source_port);
    here.sin_addr.s_addr = address_of_endpoint(htons(port_));
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
    const auto there = loopback(secret.port());
    connect(fd.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there);
    return TcpPeer(std::move(fd));
  };

  EXPECT_FALSE(TcpPeer::connect(secret.port()).connected());
  EXPECT_FALSE(from_endpoint(0).hears_something(300));
  EXPECT_FALSE(from_endpoint(server_.port()).hears_something(300));
}

TEST_F(Lane, LeadsNowhereOnceTheNetworkIsGoneAndIntoTheNextOne) {
  world_.leave();
  const UniqueFd netlink = open_netlink(NETLINK_ROUTE).value();
  {
    Branch short_lived;
    const auto port = short_lived.free_port();
    TcpServer inside(TcpServer::echo("old"));
    ASSERT_TRUE(short_lived.endpoints().open(port, at(inside.port())));
    ASSERT_EQ(TcpPeer::connect(port).receive(3), "old");
  }
  // With its last program the network is gone, with the last network the table.
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(KernelLane::open());
    if (!find_program(netlink, kLoopbackDevice, Way::out, "slip_lane_1").value()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));
  EXPECT_TRUE(answers("here"));
}

// 1: strictly, 2: loosely, 0: not at all. It is this program's own network.
void check_reverse_paths(const char* how) {
  const UniqueFd all(open("/proc/sys/net/ipv4/conf/all/rp_filter", O_WRONLY | O_CLOEXEC));
  ASSERT_EQ(write(all.get(), how, 1), 1);
}

// 1: strictly; 2: loosely, which lets nothing through from a device without an address.
class LaneUnderCheck : public Lane, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(OfReversePaths, LaneUnderCheck, testing::Values("1", "2"));

TEST_P(LaneUnderCheck, CopiesWhereConnectionsDoNotGetThrough) {
  world_.leave();
  check_reverse_paths(GetParam());
  ASSERT_TRUE(world_.endpoints().open(port_, at(server_.port())));

  TcpPeer peer = TcpPeer::connect(port_);
  EXPECT_EQ(peer.receive(4), "here");
  EXPECT_EQ(world_.tcp().connections(), 1U);
  check_reverse_paths("0");
}

TEST_F(Lane, IsRefusedByOneNetworkForThatNetworkAlone) {
  world_.leave();
  Branch other;
  const auto port = other.free_port();
  TcpServer inside(TcpServer::echo("other"));
  other.leave();
  world_.enter();
  check_reverse_paths("1");
  world_.leave();
  const auto lane = KernelLane::open().value();

  const auto refused = lane->lead(port_, world_.network()->door().network, server_.port());
  const auto again = lane->lead(port_, world_.network()->door().network, server_.port());
  const auto led = lane->lead(port, other.network()->door().network, inside.port());

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_FALSE(again);
  ASSERT_TRUE(led) << led.error().describe();
  EXPECT_EQ(TcpPeer::connect(port).receive(5), "other");
}

TEST(Devices, AreNotTakenForGoneWhenTheKernelCannotBeAsked) {
  const UniqueFd netlink = open_netlink(NETLINK_ROUTE).value();

  EXPECT_TRUE(device_exists(netlink, kLoopbackDevice).value());
  EXPECT_FALSE(device_exists(netlink, 999'999).value());
  EXPECT_FALSE(device_exists(UniqueFd(), kLoopbackDevice));
}

TEST(Netlink, SkipsAnswersToEarlierRequests) {
  const UniqueFd netlink = open_netlink(NETLINK_ROUTE).value();
  ifinfomsg missing{};
  missing.ifi_index = 999'999;
  NetlinkRequest unanswered(RTM_GETLINK, NLM_F_ACK);
  unanswered.fixed(missing);
  const auto& message = unanswered.message(0);
  ASSERT_GT(send(netlink.get(), message.data(), message.size(), 0), 0);

  EXPECT_TRUE(device_exists(netlink, kLoopbackDevice).value());
}

}  // namespace
}  // namespace slip
