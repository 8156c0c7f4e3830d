// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/session.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "adapters/mariadb/rogue_server.h"
#include "adapters/support/run_user.h"
#include "base/temporary_directory.h"
#include "tests/contract/adapter_world.h"

namespace slip::mariadb {
namespace {

using std::string_literals::operator""s;
using testing::HasSubstr;
using testing::Not;
constexpr auto kPatience = std::chrono::seconds(20);

// Whoever is superuser of a server's directory may put there what he likes.
class MariadbSession : public testing::Test {
 protected:
  Result<Session> open() {
    return Session::open_local(
        {.directory = directory_, .run = "run", .password = "ours", .user = user_}, kPatience);
  }

  TemporaryDirectory folder_;
  Directory directory_ = Directory::open(folder_.path()).value();
  Directory run_ = directory_.make_directory("run", {.mode = 0700}).value();
  std::filesystem::path socket_ = folder_.path() / "run" / kSocketName;
  std::optional<UserIds> user_;
};

TEST_F(MariadbSession, GivesNoFileToAServerThatAsksForOne) {
  const auto secret = folder_.path() / "secret";
  std::ofstream(secret) << "of this machine";
  test::RogueServer server(socket_, [&](auto& to) {
    to.say(1, "\xfb" + secret.string());
    to.hear();
    to.say(3, "\0\0\0\2\0\0\0"s);
  });

  EXPECT_FALSE(open());

  EXPECT_THAT(server.heard(), Not(HasSubstr("of this machine")));
}

TEST_F(MariadbSession, EndsAnAnswerThatDoesNotEnd) {
  test::RogueServer server(socket_, [](auto& to) {
    to.say(1, "\1");
    to.say(2, "\3def\0\0\0\1c\0\x0c\x21\0\0\1\0\0\xfd\0\0\0\0\0"s);
    to.say(3, "\xfe\0\0\2\0"s);
    const std::string row = "\xfd\0\0\x08"s + std::string(8 << 16, 'x');
    for (int number = 4; to.say(number & 0xff, row); ++number) {
    }
  });

  const auto refused = open();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large) << refused.error().detail;
}

// The library gathers all of them, and reads on as long as there is something to read.
TEST_F(MariadbSession, EndsColumnsThatDoNotEnd) {
  test::RogueServer server(socket_, [](auto& to) {
    to.say(1, "\xfd\xff\xff\xff");
    const std::string column = "\3def\0\0\0\1c\0\x0c\x21\0\0\1\0\0\xfd\0\0\0\0\0"s;
    for (int number = 2; to.say(number & 0xff, column); ++number) {
    }
  });

  const auto refused = open();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large) << refused.error().describe();
}

TEST_F(MariadbSession, TalksToNobodyButWhoTheServerRunsAs) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can expect another user";
  user_ = find_user(test::run_user()).value();
  test::RogueServer server(socket_, [](auto& to) { to.say(1, "\0\0\0\2\0\0\0"s); });

  const auto refused = open();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().message, HasSubstr("is user 0"));
}

TEST_F(MariadbSession, FollowsNoLinkToASocketElsewhere) {
  test::RogueServer server(folder_.path() / "elsewhere",
                           [](auto& to) { to.say(1, "\0\0\0\2\0\0\0"s); });
  std::filesystem::create_symlink("../elsewhere", socket_);

  const auto refused = open();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
  EXPECT_THAT(refused.error().message, HasSubstr("server.sock"));
}

TEST_F(MariadbSession, DoesNotAnswerWhereThereIsNoSocket) {
  EXPECT_EQ(open().error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace slip::mariadb
