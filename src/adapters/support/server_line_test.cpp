// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/server_line.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <future>

#include "tests/hostile/rogue_servers.h"

namespace slip {
namespace {

using std::chrono::milliseconds;

// A server, a client library that has connected to it, and what lies between.
class ServerLines : public testing::Test {
 protected:
  void connect(test::RogueServers::Serve serve) {
    servers_.emplace(std::vector{folder_.path() / "server"}, std::uint16_t{0}, ::geteuid(),
                     std::move(serve));
    line_ =
        ServerLine::open(
            {.directory = directory_, .name = "server", .user = ::geteuid(), .what = "the server"},
            "library")
            .value();
    library_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (line_->folder() / "library").string().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::connect(library_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_TRUE(line_->accept());
  }
  // As a library would, that is always hungry.
  std::size_t take() {
    char buffer[64 << 10];
    const ssize_t got = ::recv(library_.get(), buffer, sizeof buffer, 0);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }

  TemporaryDirectory folder_;
  Directory directory_ = Directory::open(folder_.path()).value();
  std::optional<test::RogueServers> servers_;
  std::unique_ptr<ServerLine> line_;
  UniqueFd library_;
};

TEST_F(ServerLines, PassOnWhatBothSay) {
  connect([](const auto& client) {
    for (std::string heard = client.hear(); !heard.empty(); heard = client.hear()) {
      client.say(heard);
    }
  });
  line_->allow(100);
  ASSERT_EQ(::send(library_.get(), "hello", 5, 0), 5);
  ASSERT_TRUE(line_->pass(library_.get(), POLLIN, std::chrono::seconds(10)).value());
  char heard[10];
  EXPECT_EQ(::recv(library_.get(), heard, sizeof heard, 0), 5);
}

TEST_F(ServerLines, LetAServerSayNoMoreThanItMay) {
  connect([](const auto& client) {
    while (client.say(std::string(100'000, 'x'))) {
    }
  });
  line_->allow(1'000'000);
  std::size_t taken = 0;
  for (;;) {
    const auto passed = line_->pass(library_.get(), POLLIN, std::chrono::seconds(10));
    if (!passed) {
      EXPECT_EQ(passed.error().code, ErrorCode::too_large);
      break;
    }
    ASSERT_TRUE(*passed);
    taken += take();
  }
  EXPECT_EQ(taken, 1'000'000U);
}

TEST_F(ServerLines, WaitNoLongerThanTheyAreTold) {
  connect([](const auto& client) { client.wait_until_it_has_gone(); });
  line_->allow(100);
  EXPECT_FALSE(line_->pass(library_.get(), POLLIN, milliseconds(20)).value());
}

TEST_F(ServerLines, WaitForNobodyWhoTakesNothing) {
  std::promise<void> end;
  connect([ended = end.get_future().share()](const auto&) { ended.wait(); });
  const std::string much(16 << 10, 'x');
  bool is_writable = true;
  for (int i = 0; i < 10'000 && is_writable; ++i) {
    if (::send(library_.get(), much.data(), much.size(), MSG_NOSIGNAL) > 0) continue;
    is_writable = line_->pass(library_.get(), POLLOUT, milliseconds(20)).value();
  }
  EXPECT_FALSE(is_writable);
  end.set_value();
}

TEST_F(ServerLines, TellALibraryThatTheServerHasGone) {
  connect([](const auto& client) { client.say("bye"); });
  line_->allow(100);
  ASSERT_TRUE(line_->pass(library_.get(), POLLIN, std::chrono::seconds(10)).value());
  EXPECT_EQ(take(), 3U);
  ASSERT_TRUE(line_->pass(library_.get(), POLLIN, std::chrono::seconds(10)).value());
  EXPECT_EQ(take(), 0U);
}

TEST_F(ServerLines, TakeTheLastWordOfALibraryThatHasClosed) {
  std::promise<std::string> heard;
  connect([&](const auto& client) { heard.set_value(client.hear()); });
  ASSERT_EQ(::send(library_.get(), "bye", 3, 0), 3);
  library_ = {};
  line_.reset();
  EXPECT_EQ(heard.get_future().get(), "bye");
}

TEST_F(ServerLines, TalkToNobodyElse) {
  test::RogueServers servers({folder_.path() / "server"}, 0, ::geteuid(), [](const auto&) {});
  const auto refused = ServerLine::open(
      {.directory = directory_, .name = "server", .user = ::geteuid() + 1, .what = "the server"},
      "library");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
}

}  // namespace
}  // namespace slip
