// SPDX-License-Identifier: Apache-2.0
#include "front/front.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "certificates/authority.h"

namespace slip {
namespace {

using namespace std::chrono_literals;

constexpr int patience_ms = 20'000;

std::string read_bytes(const UniqueFd& fd, std::size_t count) {
  std::string text;
  while (text.size() < count) {
    pollfd ready{.fd = fd.get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, patience_ms) <= 0) break;
    char byte = 0;
    if (::read(fd.get(), &byte, 1) <= 0) break;
    text += byte;
  }
  return text;
}

// The front before a server of PostgreSQL's protocol, which has TLS.
class FrontTest : public ::testing::Test {
 protected:
  void open(const GuestBounds& bounds) {
    authority_ = *Authority::open(directory_.path() / "ca", {});
    auto front = Front::open({.certificate = authority_->issue().value(), .bounds = bounds});
    ASSERT_TRUE(front);
    front_ = *std::move(front);
    listening_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in any = at("127.0.0.1");
    ASSERT_EQ(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
    ASSERT_EQ(::listen(listening_.get(), 100), 0);
  }

  // Both ends of one that goes through the front.
  struct Visit {
    UniqueFd client;
    UniqueFd server;

    // That it is encrypted now, as far as the front can tell.
    bool gets_through() {
      static constexpr char asks_for_tls[] = {0, 0, 0, 8, 0x04, '\xd2', 0x16, 0x2f};
      (void)::send(client.get(), asks_for_tls, sizeof asks_for_tls, MSG_NOSIGNAL);
      if (read_bytes(server, sizeof asks_for_tls).size() != sizeof asks_for_tls) return false;
      (void)::send(server.get(), "S", 1, MSG_NOSIGNAL);
      return read_bytes(client, 1) == "S" && passes("a");
    }
    bool passes(const std::string& text) {
      (void)::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
      return read_bytes(server, text.size()) == text;
    }
    bool is_closed() const {
      pollfd ready{.fd = client.get(), .events = POLLIN, .revents = 0};
      char byte = 0;
      return ::poll(&ready, 1, patience_ms) > 0 && ::read(client.get(), &byte, 1) <= 0;
    }
  };
  Visit visit_from(const std::string& address) {
    Visit visit{UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), UniqueFd()};
    sockaddr_in own = at(address);
    EXPECT_EQ(::bind(visit.client.get(), reinterpret_cast<sockaddr*>(&own), sizeof own), 0);
    sockaddr_in to{};
    socklen_t size = sizeof to;
    ::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&to), &size);
    EXPECT_EQ(::connect(visit.client.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    UniqueFd accepted(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    int inside[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, inside), 0);
    visit.server.reset(inside[1]);
    front_->take(Speech::postgresql, std::move(accepted), UniqueFd(inside[0]));
    return visit;
  }

  static sockaddr_in at(const std::string& address) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    ::inet_pton(AF_INET, address.c_str(), &out.sin_addr);
    return out;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Authority> authority_;
  std::unique_ptr<Front> front_;
  UniqueFd listening_;
};

TEST_F(FrontTest, LetsNoAddressTakeMoreThanItsShare) {
  open({.all = 100, .of_address = 2, .idle = 1h});
  Visit first = visit_from("127.0.0.2");
  Visit second = visit_from("127.0.0.2");
  ASSERT_TRUE(first.gets_through());
  ASSERT_TRUE(second.gets_through());

  EXPECT_TRUE(visit_from("127.0.0.2").is_closed());
  EXPECT_TRUE(visit_from("127.0.0.3").gets_through());
  EXPECT_TRUE(first.passes("still there"));
  EXPECT_TRUE(second.passes("still there"));
}

TEST_F(FrontTest, HasTheOneGiveWayThatIsSilentForTheLongest) {
  open({.all = 100, .of_address = 2, .idle = 0s});
  Visit first = visit_from("127.0.0.2");
  Visit second = visit_from("127.0.0.2");
  ASSERT_TRUE(first.gets_through());
  ASSERT_TRUE(second.gets_through());
  ASSERT_TRUE(first.passes("I am not idle"));

  EXPECT_TRUE(visit_from("127.0.0.2").gets_through());
  EXPECT_TRUE(second.is_closed());
  EXPECT_TRUE(first.passes("still there"));
}

TEST_F(FrontTest, HasTheAddressGiveWayThatHasMostWhereAllAreTaken) {
  open({.all = 3, .of_address = 3, .idle = 0s});
  Visit alone = visit_from("127.0.0.3");
  ASSERT_TRUE(alone.gets_through());
  Visit first = visit_from("127.0.0.2");
  ASSERT_TRUE(first.gets_through());
  Visit second = visit_from("127.0.0.2");
  ASSERT_TRUE(second.gets_through());

  EXPECT_TRUE(visit_from("127.0.0.4").gets_through());
  EXPECT_TRUE(first.is_closed());
  EXPECT_TRUE(alone.passes("still there"));
  EXPECT_TRUE(second.passes("still there"));
}

TEST_F(FrontTest, KeepsNoPlaceForThoseWhoSayNothing) {
  open({.all = 2, .of_address = 2, .idle = 1h});
  const Visit silent = visit_from("127.0.0.2");
  const Visit silent_too = visit_from("127.0.0.3");

  Visit one = visit_from("127.0.0.4");
  EXPECT_TRUE(one.gets_through());
  EXPECT_TRUE(visit_from("127.0.0.5").gets_through());
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(silent_too.is_closed());
  EXPECT_TRUE(one.passes("still there"));
}

TEST_F(FrontTest, GivesAPlaceAgainWhenSomebodyHasGone) {
  open({.all = 1, .of_address = 1, .idle = 1h});
  for (int i = 0; i < 3; ++i) {
    // The front sees a moment later that both ends of the one before are closed.
    bool is_free = false;
    for (int tries = 0; tries < 1'000 && !is_free; ++tries) {
      is_free = visit_from("127.0.0.2").gets_through();
    }
    EXPECT_TRUE(is_free);
  }
}

}  // namespace
}  // namespace slip
