// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every keeper of secrets must do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ports/secrets.h"
#include "tests/support/expect_result.h"

namespace slip {

class SecretsWorld {
 public:
  virtual ~SecretsWorld() = default;
  virtual Secrets& secrets() = 0;
  // As after the daemon was killed.
  virtual void reopen() = 0;
};

using MakeSecretsWorld = std::function<std::unique_ptr<SecretsWorld>()>;

class SecretsContract : public ::testing::TestWithParam<MakeSecretsWorld> {
 protected:
  Secrets& secrets() { return world_->secrets(); }
  std::string value(const SecretId& id) {
    const auto found = secrets().get(id);
    return found ? found->reveal() : "(none)";
  }

  std::unique_ptr<SecretsWorld> world_ = GetParam()();
  const SecretId id_{"sec_0000000000000001"};
  const SecretId other_{"sec_0000000000000002"};
};

TEST_P(SecretsContract, GivesBackWhatWasPutAfterARestartToo) {
  const std::string value_with_everything("a:\0\n\xff\"'{}", 11);

  ASSERT_OK(secrets().put(id_, Secret(value_with_everything)));
  ASSERT_OK(secrets().put(other_, Secret("")));

  EXPECT_EQ(value(id_), value_with_everything);
  world_->reopen();
  EXPECT_EQ(value(id_), value_with_everything);
  EXPECT_EQ(value(other_), "");
}

TEST_P(SecretsContract, TakesTheSameTwiceAndKeepsAHandlesFirstValue) {
  ASSERT_OK(secrets().put(id_, Secret("hunter2")));

  EXPECT_OK(secrets().put(id_, Secret("hunter2")));
  EXPECT_ERROR(secrets().put(id_, Secret("another")), already_exists);

  EXPECT_EQ(value(id_), "hunter2");
}

TEST_P(SecretsContract, SaysThatAHandleHasNoSecret) {
  EXPECT_ERROR(secrets().get(id_), not_found);
}

TEST_P(SecretsContract, ForgetsAndMayBeToldTwice) {
  ASSERT_OK(secrets().put(id_, Secret("hunter2")));
  ASSERT_OK(secrets().put(other_, Secret("stays")));

  ASSERT_OK(secrets().forget(id_));
  ASSERT_OK(secrets().forget(id_));

  world_->reopen();
  EXPECT_ERROR(secrets().get(id_), not_found);
  EXPECT_EQ(value(other_), "stays");
}

TEST_P(SecretsContract, ListsTheHandlesThereAre) {
  ASSERT_OK(secrets().put(id_, Secret("one")));
  ASSERT_OK(secrets().put(other_, Secret("two")));

  EXPECT_THAT(secrets().list().value(), ::testing::UnorderedElementsAre(id_, other_));

  ASSERT_OK(secrets().forget(id_));
  EXPECT_THAT(secrets().list().value(), ::testing::ElementsAre(other_));
}

TEST_P(SecretsContract, TellsTextsApartByDigestsThatLastAndDoNotShowThem) {
  const auto digest = secrets().digest("{\"password\": \"hunter2\"}");

  EXPECT_EQ(digest.find("hunter2"), std::string::npos);
  EXPECT_NE(secrets().digest("{\"password\": \"hunter3\"}"), digest);
  world_->reopen();
  EXPECT_EQ(secrets().digest("{\"password\": \"hunter2\"}"), digest);
}

TEST_P(SecretsContract, RefusesAnEmptyHandle) {
  EXPECT_ERROR(secrets().put(SecretId(), Secret("hunter2")), invalid_argument);
}

TEST_P(SecretsContract, ServesSeveralThreadsAtOnce) {
  constexpr int threads = 8;
  constexpr int each = 20;
  const auto id_of = [](int thread, int number) {
    return SecretId("sec_" + std::to_string(thread) + "x" + std::to_string(number));
  };
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      for (int number = 0; number < each; ++number) {
        EXPECT_OK(secrets().put(id_of(thread, number), Secret(std::to_string(number))));
        EXPECT_EQ(value(id_of(thread, number)), std::to_string(number));
        if (number % 2 != 0) continue;
        EXPECT_OK(secrets().forget(id_of(thread, number)));
      }
    });
  }
  for (auto& one : running) one.join();

  EXPECT_EQ(secrets().list().value().size(), std::size_t{threads * each / 2});
}

}  // namespace slip
