// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every Runtime must do. An implementation's test instantiates it:
//   INSTANTIATE_TEST_SUITE_P(Fake, RuntimeContract, testing::Values([] { return make(); }));

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "tests/contract/runtime_world.h"

namespace slip {

using MakeRuntimeWorld = std::function<std::unique_ptr<RuntimeWorld>()>;

class RuntimeContract : public testing::TestWithParam<MakeRuntimeWorld> {
 protected:
  void TearDown() override {
    if (!world_) return;
    const auto left = runtime().list();
    if (left) {
      for (const auto& id : *left) EXPECT_TRUE(runtime().stop(id, Duration(0)));
    }
  }

  Runtime& runtime() { return world_->runtime(); }

  InstanceState state(const InstanceId& id) {
    const auto status = runtime().status(id);
    EXPECT_TRUE(status) << status.error().describe();
    return status ? status->state : InstanceState::absent;
  }
  void start(const InstanceId& id) {
    const auto started = runtime().start(id, world_->endless(id));
    ASSERT_TRUE(started) << started.error().describe() << "\n" << started.error().detail;
  }
  // True once the program's log holds the text.
  bool log_gets(const InstanceId& id, const std::string& text) {
    for (int i = 0; i < 2'000; ++i) {
      const auto log = runtime().log(id, 1 << 20);
      if (log && log->find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  int count_in_log(const InstanceId& id, const std::string& text) {
    const std::string log = runtime().log(id, 1 << 20).value_or("");
    int count = 0;
    for (auto at = log.find(text); at != log.npos; at = log.find(text, at + 1)) ++count;
    return count;
  }

  std::unique_ptr<RuntimeWorld> world_ = GetParam()();
  const InstanceId one_{"ins_one"};
  const InstanceId two_{"ins_two"};
};

TEST_P(RuntimeContract, KnowsNothingOfWhatWasNeverStarted) {
  EXPECT_EQ(state(one_), InstanceState::absent);
  EXPECT_TRUE(runtime().list()->empty());
  EXPECT_TRUE(runtime().stop(one_, Duration(0)));
  EXPECT_TRUE(runtime().freeze(one_));
  EXPECT_TRUE(runtime().thaw(one_));
  EXPECT_TRUE(runtime().wait_exit(one_, Duration(0)));
  EXPECT_EQ(runtime().log(one_, 100).value(), "");
  EXPECT_TRUE(runtime().forget_log(one_));
}

TEST_P(RuntimeContract, RunsWhatWasStartedAndListsIt) {
  start(one_);
  start(two_);

  EXPECT_EQ(state(one_), InstanceState::running);
  EXPECT_THAT(runtime().list().value(), testing::UnorderedElementsAre(one_, two_));
  EXPECT_TRUE(log_gets(one_, "started\n"));
}

TEST_P(RuntimeContract, DoesNotStartTwiceWhatRunsAlready) {
  start(one_);
  ASSERT_TRUE(log_gets(one_, "started\n"));

  start(one_);

  EXPECT_EQ(state(one_), InstanceState::running);
  EXPECT_EQ(count_in_log(one_, "started\n"), 1);
}

TEST_P(RuntimeContract, SaysSoWhenAProgramCannotBeExecutedAndLeavesNothing) {
  const auto started = runtime().start(one_, world_->missing_program(one_));

  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::failed);
  EXPECT_EQ(state(one_), InstanceState::absent);
  EXPECT_TRUE(runtime().list()->empty());
  EXPECT_NE(runtime().log(one_, 1000).value(), "");
}

TEST_P(RuntimeContract, TellsHowAProgramEndedByItself) {
  start(one_);
  ASSERT_TRUE(log_gets(one_, "started\n"));

  world_->make_exit(one_, 3);

  ASSERT_TRUE(runtime().wait_exit(one_, runtime_contract_patience));
  const auto status = runtime().status(one_).value();
  EXPECT_EQ(status.state, InstanceState::exited);
  EXPECT_EQ(status.exit_status, 3);
  EXPECT_THAT(runtime().list().value(), testing::ElementsAre(one_));
}

TEST_P(RuntimeContract, StartsAgainWhatEndedByItself) {
  start(one_);
  ASSERT_TRUE(log_gets(one_, "started\n"));
  world_->make_exit(one_, 3);
  ASSERT_TRUE(runtime().wait_exit(one_, runtime_contract_patience));

  start(one_);

  EXPECT_EQ(state(one_), InstanceState::running);
  EXPECT_FALSE(runtime().status(one_)->exit_status);
}

TEST_P(RuntimeContract, WaitsNoLongerThanToldForOneThatGoesOn) {
  start(one_);

  const auto waited = runtime().wait_exit(one_, Duration(20));

  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, ErrorCode::timed_out);
  EXPECT_EQ(state(one_), InstanceState::running);
}

TEST_P(RuntimeContract, ForgetsWhatWasStoppedButKeepsItsLog) {
  start(one_);
  ASSERT_TRUE(log_gets(one_, "started\n"));

  ASSERT_TRUE(runtime().stop(one_, runtime_contract_patience));

  EXPECT_EQ(state(one_), InstanceState::absent);
  EXPECT_TRUE(runtime().list()->empty());
  EXPECT_EQ(count_in_log(one_, "started\n"), 1);
  EXPECT_EQ(runtime().log(one_, 4)->size(), 4U);
  ASSERT_TRUE(runtime().forget_log(one_));
  EXPECT_EQ(runtime().log(one_, 100).value(), "");
}

TEST_P(RuntimeContract, TellsAsSoonAsAProgramSaysSomething) {
  EXPECT_EQ(runtime().await_output(one_, 0, Duration(0)), 0);
  start(one_);
  ASSERT_TRUE(log_gets(one_, "started\n"));
  EXPECT_EQ(runtime().await_output(one_, 0, runtime_contract_patience), 8);
  EXPECT_EQ(runtime().await_output(one_, 8, Duration(20)), 8);
  ASSERT_TRUE(runtime().stop(one_, Duration(0)));

  const auto begun = std::chrono::steady_clock::now();
  std::thread later([&] { start(one_); });
  EXPECT_EQ(runtime().await_output(one_, 8, runtime_contract_patience), 16);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, runtime_contract_patience);
  later.join();
}

TEST_P(RuntimeContract, AppendsToTheLogOfAnEarlierRun) {
  start(one_);
  ASSERT_TRUE(log_gets(one_, "started\n"));
  ASSERT_TRUE(runtime().stop(one_, Duration(0)));

  start(one_);

  EXPECT_TRUE(log_gets(one_, "started\nstarted\n"));
}

TEST_P(RuntimeContract, KeepsTheLogOfWhatIsRunning) {
  start(one_);
  ASSERT_TRUE(log_gets(one_, "started\n"));

  EXPECT_FALSE(runtime().forget_log(one_));

  EXPECT_EQ(count_in_log(one_, "started\n"), 1);
}

TEST_P(RuntimeContract, FreezesAndThaws) {
  start(one_);

  ASSERT_TRUE(runtime().freeze(one_));
  EXPECT_EQ(state(one_), InstanceState::frozen);
  ASSERT_TRUE(runtime().freeze(one_));
  EXPECT_EQ(state(one_), InstanceState::frozen);
  ASSERT_TRUE(runtime().thaw(one_));
  EXPECT_EQ(state(one_), InstanceState::running);
  EXPECT_TRUE(runtime().thaw(one_));
}

TEST_P(RuntimeContract, StopsAFrozenOneAtOnceOrInGoodOrder) {
  start(one_);
  start(two_);
  ASSERT_TRUE(runtime().freeze(one_));
  ASSERT_TRUE(runtime().freeze(two_));

  ASSERT_TRUE(runtime().stop(one_, Duration(0)));
  ASSERT_TRUE(runtime().stop(two_, runtime_contract_patience));

  EXPECT_EQ(state(one_), InstanceState::absent);
  EXPECT_EQ(state(two_), InstanceState::absent);
}

TEST_P(RuntimeContract, AdoptsWhatRanBeforeTheDaemonDied) {
  start(one_);
  start(two_);
  ASSERT_TRUE(log_gets(one_, "started\n"));
  ASSERT_TRUE(runtime().freeze(two_));

  world_->restart_daemon();

  EXPECT_THAT(runtime().list().value(), testing::UnorderedElementsAre(one_, two_));
  EXPECT_EQ(state(one_), InstanceState::running);
  EXPECT_EQ(state(two_), InstanceState::frozen);
  start(one_);
  EXPECT_EQ(count_in_log(one_, "started\n"), 1);
  ASSERT_TRUE(runtime().thaw(two_));
  EXPECT_EQ(state(two_), InstanceState::running);
}

TEST_P(RuntimeContract, HandlesWhatIsCountedTogetherOneByOne) {
  TogetherLimits together{.container = 7, .limits = {.memory_bytes = std::int64_t{1} << 30}};
  EXPECT_TRUE(runtime().limit(together)) << "nothing of it runs yet";
  for (const auto& id : {one_, two_}) {
    LaunchSpec spec = world_->endless(id);
    spec.together = together;
    ASSERT_TRUE(runtime().start(id, spec));
    ASSERT_TRUE(log_gets(id, "started\n"));
  }
  together.limits.memory_bytes = std::int64_t{2} << 30;
  EXPECT_TRUE(runtime().limit(together));
  ASSERT_TRUE(runtime().freeze(one_));
  EXPECT_EQ(state(one_), InstanceState::frozen);
  EXPECT_EQ(state(two_), InstanceState::running);

  world_->restart_daemon();

  EXPECT_THAT(runtime().list().value(), testing::UnorderedElementsAre(one_, two_));
  EXPECT_EQ(state(one_), InstanceState::frozen);
  ASSERT_TRUE(runtime().stop(one_, Duration(0)));
  EXPECT_EQ(state(one_), InstanceState::absent);
  EXPECT_EQ(state(two_), InstanceState::running);
  start(one_);
  EXPECT_EQ(state(one_), InstanceState::running) << "by itself now";
}

TEST_P(RuntimeContract, NoticesThatAnAdoptedOneEnded) {
  start(one_);
  ASSERT_TRUE(log_gets(one_, "started\n"));
  world_->restart_daemon();

  world_->make_exit(one_, 0);

  EXPECT_TRUE(runtime().wait_exit(one_, runtime_contract_patience));
  EXPECT_EQ(state(one_), InstanceState::exited);
}

TEST_P(RuntimeContract, RunsAProgramOnceAndTellsHowItEnded) {
  const auto ran = runtime().run_once(one_, {.spec = world_->says(one_, "hello\n", 3)});

  ASSERT_TRUE(ran) << ran.error().describe();
  EXPECT_EQ(ran->exit_status, 3);
  EXPECT_EQ(ran->output, "hello\n");
  EXPECT_EQ(state(one_), InstanceState::absent);
  EXPECT_TRUE(runtime().list()->empty());
  EXPECT_EQ(runtime().log(one_, 100).value(), "");
}

TEST_P(RuntimeContract, KeepsTheEndOfWhatARunSays) {
  const auto ran = runtime().run_once(
      one_, {.spec = world_->says(one_, std::string(5000, 'x') + "the end", 0), .output_max = 100});

  ASSERT_TRUE(ran) << ran.error().describe();
  EXPECT_EQ(ran->output, std::string(93, 'x') + "the end");
}

TEST_P(RuntimeContract, EndsARunAtItsTimeLimitAndTellsWhatItSaidUntilThen) {
  const auto ran =
      runtime().run_once(one_, {.spec = world_->endless(one_), .time_limit = Duration(1'500)});

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::timed_out);
  EXPECT_EQ(ran.error().detail, "started\n");
  EXPECT_TRUE(runtime().list()->empty());
}

TEST_P(RuntimeContract, EndsARunThatIsNoLongerWanted) {
  const auto ran = runtime().run_once(one_, {.spec = world_->endless(one_),
                                             .time_limit = runtime_contract_patience,
                                             .keep_going = [] { return false; }});

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::canceled);
  EXPECT_TRUE(runtime().list()->empty());
}

TEST_P(RuntimeContract, EndsWhatAnEarlierRunUnderTheIdHasLeft) {
  start(one_);

  const auto ran = runtime().run_once(one_, {.spec = world_->says(one_, "again", 0)});

  ASSERT_TRUE(ran) << ran.error().describe();
  EXPECT_EQ(ran->output, "again");
  EXPECT_TRUE(runtime().list()->empty());
}

TEST_P(RuntimeContract, SaysSoWhenAProgramCannotBeRunOnce) {
  const auto ran = runtime().run_once(one_, {.spec = world_->missing_program(one_)});

  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::failed);
  EXPECT_TRUE(runtime().list()->empty());
}

}  // namespace slip
