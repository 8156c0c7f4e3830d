// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/letter.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace slip {
namespace {

class Letters : public testing::Test {
 protected:
  Letters() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    here_.reset(ends[0]);
    there_.reset(ends[1]);
  }
  void say(std::string_view text) {
    ASSERT_EQ(::send(here_.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }

  UniqueFd here_;
  UniqueFd there_;
};

TEST_F(Letters, ArriveWithTheirDescriptor) {
  const Letter lead{.kind = LetterKind::lead, .id = 7, .port = 15000, .target = "db"};
  ASSERT_TRUE(send_letter(here_, lead, here_.get(), Patience::none));

  const auto received = receive_letter(there_);

  ASSERT_TRUE(received && *received);
  EXPECT_EQ((*received)->letter.id, 7U);
  EXPECT_EQ((*received)->letter.target, "db");
  struct stat sent {};
  struct stat got {};
  ASSERT_EQ(fstat(here_.get(), &sent), 0);
  ASSERT_EQ(fstat((*received)->fd.get(), &got), 0);
  EXPECT_EQ(sent.st_ino, got.st_ino);
}

TEST_F(Letters, OfOtherVersionsAreReadAsFarAsTheyAreKnown) {
  say(R"({"kind":"greeting","protocol":99,"text":"9.0","mood":"fine"})");

  const auto received = receive_letter(there_);

  ASSERT_TRUE(received && *received);
  EXPECT_EQ((*received)->letter.protocol, 99U);
  EXPECT_EQ((*received)->letter.text, "9.0");
  EXPECT_FALSE((*received)->letter.is_retired);
}

TEST_F(Letters, ThatNobodyUnderstandsAreNone) {
  for (const auto* text : {"{", "[]", R"({"kind":"sing"})", R"({"kind":"lead","port":70000})"}) {
    say(text);
    const auto received = receive_letter(there_);
    ASSERT_TRUE(received);
    EXPECT_FALSE(*received) << text;
  }
}

TEST_F(Letters, SayWhetherTheOtherSideIsSlowOrGone) {
  const Letter want{.kind = LetterKind::want};
  Result<> sent;
  for (int i = 0; i < 100'000 && sent; ++i) sent = send_letter(here_, want, -1, Patience::none);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::busy);

  there_.reset();

  const auto lost = send_letter(here_, want, -1, Patience::none);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::unavailable);
  const auto received = receive_letter(here_);
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace slip
