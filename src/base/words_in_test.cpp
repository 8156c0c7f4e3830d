// SPDX-License-Identifier: Apache-2.0
#include "base/words_in.h"

#include <gmock/gmock.h>

namespace slip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::regex kPair("([a-z]+)=([a-z]*)");

TEST(WordsIn, AreOfTheFirstLineThatMatches) {
  EXPECT_THAT(*words_in("nothing\nin b=c there\nk=e", kPair), ElementsAre("b=c", "b", "c"));
  EXPECT_FALSE(words_in("", kPair));
  EXPECT_FALSE(words_in("a\n=b", kPair));
}

TEST(WordsIn, AreAllOfEachLine) {
  EXPECT_THAT(all_words_in("a=b c=\n\nk=e", kPair),
              ElementsAre(ElementsAre("a=b", "a", "b"), ElementsAre("c=", "c", ""),
                          ElementsAre("k=e", "k", "e")));
  EXPECT_THAT(all_words_in("none", kPair), IsEmpty());
}

TEST(WordsIn, OfALineAreOfAllOfIt) {
  EXPECT_THAT(*words_of_line("a=b", kPair), ElementsAre("a=b", "a", "b"));
  EXPECT_FALSE(words_of_line("a=b ", kPair));
}

// With std::regex alone each of these ends the program.
TEST(WordsIn, OfATextOfAnyLengthEndNobody) {
  const std::string text = "a=" + std::string(10 << 20, 'b');
  EXPECT_EQ(words_in(text, kPair)->at(2).size(), kLineRead - 2);
  EXPECT_EQ(all_words_in(text, kPair).size(), 1U);
  EXPECT_EQ(words_of_line(text, kPair)->at(2).size(), kLineRead - 2);
  EXPECT_FALSE(words_in(text, std::regex("^.*?(LOG|FATAL): +(.*)$")));
}

}  // namespace
}  // namespace slip
