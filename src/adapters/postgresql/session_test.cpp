// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/session.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "adapters/postgresql/rogue_server.h"
#include "base/temporary_directory.h"

namespace slip::postgresql {
namespace {

using std::string_literals::operator""s;
using test::RogueServer;

constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kLittlePatience = std::chrono::milliseconds(300);

// Whoever runs code as a server's user may listen in its place.
class PostgresqlSession : public testing::Test {
 protected:
  Session open() {
    return Session::open_local({.directory = directory_,
                                .folder = {},
                                .port = 5432,
                                .user = ::geteuid(),
                                .major = 15},
                               kPatience)
        .value();
  }

  TemporaryDirectory folder_;
  std::shared_ptr<const Directory> directory_ =
      std::make_shared<const Directory>(Directory::open(folder_.path()).value());
  std::filesystem::path socket_ = folder_.path() / ".s.PGSQL.5432";
};

const std::string kColumn =
    RogueServer::message('T', "\0\1c\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0"s);
const std::string kDone = RogueServer::message('C', "SELECT 1\0"s);
std::string row(const std::string& value) {
  return RogueServer::message('D', "\0\1"s + RogueServer::number(value.size()) + value);
}
std::string copy(char kind) {
  return RogueServer::message(kind, "\0\0\0"s);
}
// Says it for as long as there is somebody who listens.
RogueServer::Then without_end(const std::string& before, const std::string& again) {
  return [before, again](RogueServer& server) {
    server.hear();
    for (bool is_heard = server.say(before); is_heard;) is_heard = server.say(again);
  };
}
RogueServer::Then once(const std::string& answer) {
  return [answer](RogueServer& server) {
    server.hear();
    server.say(answer);
    server.wait_until_it_has_gone();
  };
}

Result<> without_rows(const Result<Rows>& rows) {
  return rows ? Result<>() : Result<>(rows.error());
}

TEST_F(PostgresqlSession, TakesNoCopyForAnAnswerAndEnds) {
  for (const char kind : {'G', 'H', 'W'}) {
    SCOPED_TRACE(kind);
    std::filesystem::remove(socket_);
    RogueServer server(socket_, once(copy(kind)));
    Session session = open();

    const auto refused = session.query("SELECT 1", {}, kPatience);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << refused.error().describe();
    EXPECT_FALSE(session.query("SELECT 1")) << "what comes then is no answer to this one";
  }
}

TEST_F(PostgresqlSession, EndsAnAnswerThatDoesNotEnd) {
  RogueServer server(socket_, without_end(kColumn, row(std::string(1 << 19, 'x'))));
  Session session = open();

  const auto refused = session.query("SELECT 1", {}, kPatience);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large) << refused.error().describe();
}

// Which libpq gathers whole.
TEST_F(PostgresqlSession, EndsAMessageThatDoesNotEnd) {
  const std::string begin = "D" + RogueServer::number(1 << 30);
  for (const bool is_query : {true, false}) {
    std::filesystem::remove(socket_);
    RogueServer server(socket_, without_end(kColumn + begin, std::string(1 << 19, 'x')));
    Session session = open();

    const auto refused = is_query ? without_rows(session.query("SELECT 1", {}, kPatience))
                                  : session.run("SELECT 1", {.patience = kPatience});

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::too_large) << refused.error().describe();
  }
}

TEST_F(PostgresqlSession, TakesAnswersOfAnyShape) {
  RogueServer server(socket_,
                     once(RogueServer::message('T', "\0\0"s) + RogueServer::message('D', "\0\0"s) +
                          kDone + RogueServer::message('Z', "I")));
  Session session = open();

  const auto rows = session.query("SELECT 1", {}, kPatience);

  ASSERT_TRUE(rows) << rows.error().describe();
  EXPECT_EQ(rows->front()[0], std::nullopt);
  EXPECT_EQ((*rows)[1].back(), std::nullopt);
}

TEST_F(PostgresqlSession, EndsAnswersThatAreManyAndSmall) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += kDone;
  RogueServer server(socket_, without_end("", many));
  Session session = open();

  const auto refused = session.query("SELECT 1", {}, kPatience);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large) << refused.error().describe();
}

TEST_F(PostgresqlSession, HasADeadlineForAServerThatTakesNothing) {
  RogueServer server(socket_, [](auto& to) { to.wait_until_it_has_gone(); });
  Session session = open();

  const auto refused = session.query(std::string(64 << 20, ' '), {}, kLittlePatience);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::timed_out) << refused.error().describe();
}

TEST_F(PostgresqlSession, ReadsNoMoreOfAnErrorThanPeopleDo) {
  const std::string error = "SERROR\0C42000\0Mno\0Rf\0L1\0F"s + std::string(1 << 20, 'x') + "\0\0"s;
  RogueServer server(socket_,
                     once(RogueServer::message('E', error) + RogueServer::message('Z', "I")));
  Session session = open();

  const auto refused = session.query("SELECT 1", {}, kPatience);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::failed);
  EXPECT_EQ(refused.error().detail, "ERROR:  42000: no");
}

TEST_F(PostgresqlSession, GivesUpStatementsOfOthersInTimeWhateverTheServerSays) {
  const std::string in_copy = RogueServer::message('d', "a line\n");
  for (const auto& then :
       {once(copy('H')), without_end(copy('H'), in_copy), without_end("", copy('G')),
        without_end(kColumn, row("x")), without_end("", kDone), once("")}) {
    std::filesystem::remove(socket_);
    RogueServer server(socket_, then);
    Session session = open();

    const auto refused = session.run("SELECT 1", {.patience = kLittlePatience});

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::timed_out) << refused.error().describe();
  }
}

TEST_F(PostgresqlSession, EndsStatementsOfOthersWhenItIsToldToWhateverTheServerSays) {
  const std::string in_copy = RogueServer::message('d', "a line\n");
  for (const auto& then : {once(copy('H')), without_end(copy('H'), in_copy),
                           without_end(kColumn, row("x")), without_end("", kDone)}) {
    std::filesystem::remove(socket_);
    RogueServer server(socket_, then);
    Session session = open();

    const auto refused =
        session.run("SELECT 1", {.patience = kPatience, .go_on = [] { return false; }});

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::canceled) << refused.error().describe();
  }
}

TEST_F(PostgresqlSession, EndsWithAServerThatWouldCopyBothWays) {
  RogueServer server(socket_, once(copy('W')));
  Session session = open();

  const auto refused = session.run("SELECT 1", {.patience = kPatience});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << refused.error().describe();
}

}  // namespace
}  // namespace slip::postgresql
