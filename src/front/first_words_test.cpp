// SPDX-License-Identifier: Apache-2.0
#include "front/first_words.h"

#include <gtest/gtest.h>

namespace slip {
namespace {

TEST(FirstWords, KnowWhatAPostgresqlClientIsAboutToDo) {
  EXPECT_EQ(intent_of({0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}), PostgresqlIntent::asks_for_tls);
  EXPECT_EQ(intent_of({0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30}), PostgresqlIntent::asks_for_gss);
  EXPECT_EQ(intent_of({0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e}), PostgresqlIntent::cancels);
  EXPECT_EQ(intent_of({0x16, 3, 1, 2, 0, 1, 0, 1}), PostgresqlIntent::begins_tls);
}

TEST(FirstWords, TakeAllElseOfPostgresqlForPlain) {
  EXPECT_EQ(intent_of({0, 0, 0, 80, 0, 3, 0, 0}), PostgresqlIntent::goes_on_plain) << "start-up";
  EXPECT_EQ(intent_of({0, 0, 0, 9, 0x04, 0xd2, 0x16, 0x2f}), PostgresqlIntent::goes_on_plain)
      << "a request with something hidden behind it";
  EXPECT_EQ(intent_of({0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2e}), PostgresqlIntent::goes_on_plain);
  EXPECT_EQ(intent_of({'G', 'E', 'T', ' ', '/', ' ', 'H', 'T'}), PostgresqlIntent::goes_on_plain);
}

TEST(FirstWords, KnowWhetherAMysqlClientWantsTls) {
  EXPECT_TRUE(asks_for_tls({32, 0, 0, 1, 0x85, 0xae}));
  EXPECT_FALSE(asks_for_tls({85, 0, 0, 1, 0x85, 0xa6}));
}

}  // namespace
}  // namespace slip
