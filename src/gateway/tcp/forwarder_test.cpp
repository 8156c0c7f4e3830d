// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/forwarder.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/un.h>

#include <thread>

#include "base/temporary_directory.h"
#include "certificates/authority.h"
#include "gateway/tcp/tcp_socket.h"
#include "tests/contract/tcp_peers.h"

namespace slip {
namespace {

using namespace std::chrono_literals;

// A gateway, told by letters what a daemon would tell it.
class ForwarderTest : public testing::Test {
 protected:
  ~ForwarderTest() override {
    if (daemon_) (void)say({.kind = LetterKind::end});
    if (thread_.joinable()) thread_.join();
  }

  void start(const ForwarderOptions& options) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    daemon_.reset(ends[0]);
    UniqueFd door(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    ASSERT_EQ(bind(door.get(), reinterpret_cast<sockaddr*>(&at_door_), sizeof at_door_), 0);
    ASSERT_EQ(listen(door.get(), 4), 0);
    auto forwarder =
        std::make_unique<Forwarder>(options, UniqueFd(ends[1]), std::exchange(door, UniqueFd()));
    thread_ = std::thread([this, forwarder = std::move(forwarder)] {
      EXPECT_TRUE(forwarder->run());
      has_ended_ = true;
    });
    await(LetterKind::ready);
  }
  void replace_daemon() {
    daemon_.reset(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    ASSERT_EQ(connect(daemon_.get(), reinterpret_cast<sockaddr*>(&at_door_), sizeof at_door_), 0);
    await(LetterKind::ready);
  }

  Result<> say(const Letter& letter, int fd = -1) {
    return send_letter(daemon_, letter, fd, Patience::until_sent);
  }
  // Nothing: it does not come within the time.
  std::optional<Letter> hear(LetterKind kind, int within_ms) {
    pollfd waiting{.fd = daemon_.get(), .events = POLLIN, .revents = 0};
    while (poll(&waiting, 1, within_ms) > 0) {
      const auto received = receive_letter(daemon_);
      if (!received) return std::nullopt;
      if (*received && (*received)->letter.kind == kind) return (*received)->letter;
    }
    return std::nullopt;
  }
  Letter await(LetterKind kind) {
    const auto letter = hear(kind, 20'000);
    EXPECT_TRUE(letter);
    return letter.value_or(Letter{});
  }

  void lead(const UniqueFd& listening) {
    ASSERT_TRUE(say({.kind = LetterKind::lead, .port = kPort, .target = "db"}, listening.get()));
    await(LetterKind::done);
  }
  // As a daemon does where it is asked.
  void connect_to(const TcpServer& server, const std::string& speech = "") {
    const Letter want = await(LetterKind::want);
    const auto socket = begin_connect_here(server.port());
    ASSERT_TRUE(socket);
    ASSERT_TRUE(say({.kind = LetterKind::socket, .id = want.id, .text = speech}, socket->get()));
  }
  static UniqueFd listening() { return listen_on(htonl(INADDR_ANY), 0).value(); }
  static TcpPeer client_of(const UniqueFd& listening, const char* called = "127.0.0.1") {
    sockaddr_in to{};
    socklen_t size = sizeof to;
    getsockname(listening.get(), reinterpret_cast<sockaddr*>(&to), &size);
    inet_pton(AF_INET, called, &to.sin_addr);
    UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    return TcpPeer(std::move(fd));
  }

  static constexpr std::uint16_t kPort = 15000;
  TemporaryDirectory directory_;
  sockaddr_un at_door_ = [this] {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string path = directory_.path() / "door";
    std::copy(path.begin(), path.end(), address.sun_path);
    return address;
  }();
  UniqueFd daemon_;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;
};

TEST_F(ForwarderTest, LeadsWhoeverComesWhenADaemonComesAfterItHadGivenUpWaiting) {
  start({.patience = 50ms});
  TcpServer server(TcpServer::echo("x"));
  const UniqueFd port = listening();
  lead(port);
  TcpPeer stays = client_of(port);
  connect_to(server);
  ASSERT_EQ(stays.receive(1), "x");
  daemon_.reset();
  ASSERT_TRUE(client_of(port).is_cut()) << "once it has given up";

  replace_daemon();
  TcpPeer early = client_of(port);
  EXPECT_FALSE(hear(LetterKind::want, 200)) << "before it is known where the port leads";
  lead(port);
  connect_to(server);

  EXPECT_EQ(early.receive(1), "x");
  EXPECT_TRUE(stays.send("still"));
  EXPECT_EQ(stays.receive(5), "still");
}

TEST_F(ForwarderTest, EndsWhenNobodyIsConnectedAndNoDaemonComes) {
  start({.patience = 50ms});
  TcpServer server(TcpServer::echo("x"));
  const UniqueFd port = listening();
  lead(port);
  TcpPeer last = client_of(port);
  connect_to(server);
  ASSERT_EQ(last.receive(1), "x");
  daemon_.reset();
  ASSERT_TRUE(client_of(port).is_cut()) << "once it has given up";
  EXPECT_FALSE(has_ended_);

  last.reset();

  thread_.join();
}

// What a server said last is in the front and in buffers when its connection has ended.
TEST_F(ForwarderTest, EndsNotBeforeSlowReadersOfTheFrontHaveRead) {
  const auto authority = Authority::open(directory_.path() / "ca", {}).value();
  const auto certificate = authority->issue().value();
  std::atomic<bool> is_full = false;
  TcpServer server([&](TcpPeer& peer) {
    peer.receive(8);
    peer.send("S");
    const std::string block(1 << 16, 'x');
    pollfd writable{.fd = peer.fd(), .events = POLLOUT, .revents = 0};
    while (poll(&writable, 1, 300) > 0 && (writable.revents & POLLHUP) == 0) {
      (void)::send(peer.fd(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    is_full = true;
    peer.is_cut();
  });
  start({});
  ASSERT_TRUE(
      say({.kind = LetterKind::front, .text = certificate.certificate + certificate.key.reveal()}));
  const UniqueFd port = listening();
  lead(port);
  TcpPeer client = client_of(port, "127.0.0.2");
  ASSERT_TRUE(client.send(std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8)));  // asks for TLS
  connect_to(server, "postgresql");
  ASSERT_EQ(client.receive(1), "S");
  for (int i = 0; i < 4000 && !is_full; ++i) std::this_thread::sleep_for(5ms);
  ASSERT_TRUE(is_full);

  ASSERT_TRUE(say({.kind = LetterKind::cut, .port = kPort}));
  EXPECT_EQ(await(LetterKind::done).count, 0U);
  ASSERT_TRUE(say({.kind = LetterKind::retire}));
  await(LetterKind::done);

  for (int i = 0; i < 60 && !has_ended_; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_FALSE(has_ended_) << "before it has been read";
  client.receive_all();
  client.reset();
  thread_.join();
}

}  // namespace
}  // namespace slip
