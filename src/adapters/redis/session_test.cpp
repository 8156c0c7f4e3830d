// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/session.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "base/temporary_directory.h"

namespace slip::redis {
namespace {

// Whoever connects gets an answer without an end, as fast as it is read.
void answer_for_ever(int listening) {
  const UniqueFd client(::accept(listening, nullptr, nullptr));
  const std::string bytes = "+" + std::string(64 << 10, '\r');
  while (::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
  }
}

TEST(RedisSession, EndsByItsTimeLimitAlsoWhereAnAnswerKeepsComing) {
  const TemporaryDirectory files;
  const auto directory = Directory::open(files.path());
  ASSERT_TRUE(directory && directory->make_directory(kRun, {.mode = 0700}));
  const UniqueFd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = files.path() / kRun / kSocketName;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s", path.c_str());
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
  ASSERT_EQ(::listen(listening.get(), 1), 0);
  std::thread server(answer_for_ever, listening.get());
  const auto session =
      Session::open({.directory = *directory, .run = kRun, .user = ::geteuid()},
                    {.user = "me", .password = "hush"}, std::chrono::milliseconds(20));
  ::shutdown(listening.get(), SHUT_RDWR);
  server.join();
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, ErrorCode::timed_out);
}

}  // namespace
}  // namespace slip::redis
