// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every host must do, as whoever gives it orders sees it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ports/host.h"
#include "tests/support/expect_result.h"

namespace slip {

class HostWorld {
 public:
  virtual ~HostWorld() = default;
  virtual Host& host() = 0;
  // Something in the pool that has data of a source "db" of kind "rows".
  virtual SnapshotId snapshot() = 0;
  // How often the instance was really started.
  virtual int starts(const InstanceId& instance) = 0;
  // The instance's program ends by itself.
  virtual void crash(const InstanceId& instance) = 0;
  // Another program has the port.
  virtual void take(std::uint16_t port) = 0;
};

using MakeHostWorld = std::function<std::unique_ptr<HostWorld>()>;

class HostContract : public ::testing::TestWithParam<MakeHostWorld> {
 protected:
  Host& host() { return world_->host(); }

  VolumeSpec spec(const VolumeId& volume) {
    return {.id = volume,
            .sources = {{.name = "db",
                         .source = SourceId("src_1"),
                         .config = {.kind = "rows", .settings = {}, .run = {}},
                         .port = 20001}}};
  }
  Order order(Step step) {
    Order order;
    order.operation = OperationId("op_1");
    order.number = number_++;
    order.generation = 1;
    order.words = "test the host";
    order.step = std::move(step);
    order.volume = spec(volume_);
    return order;
  }
  OrderTalk talk() {
    return {.to_start = [this]() -> Result<VolumeSpec> { return spec(volume_); },
            .keep_going = [this] { return goes_on_; },
            .progress = [](std::string_view) {},
            .hook_ran = [this](HookRun run) { hooks_.push_back(run.hook); }};
  }
  Result<StepFindings> carry_out(const Order& order) { return host().carry_out(order, talk()); }
  Result<StepFindings> carry_out(Step step) { return carry_out(order(std::move(step))); }
  Result<> take_back(Step step) { return host().take_back(order(std::move(step)), talk()); }
  // A copy of what is in the pool, and what is on it runs.
  void start() {
    ASSERT_OK(carry_out(CloneSnapshot{world_->snapshot(), volume_}));
    ASSERT_OK(carry_out(StartInstances{volume_}));
  }
  InstanceState state() { return host().status(db_)->state; }
  bool all_running() { return host().ask(spec(volume_), AskAllRunning{}).value(); }

  // Starts and stops as it is told, and nothing else.
  KeepingRules rules() {
    return {.spec = [this](const VolumeId& volume) -> Result<VolumeSpec> { return spec(volume); },
            .is_wanted_now = [this](const Wanted&) { return goes_on_; },
            .has_room = [this](const Wanted&) { return has_room_; },
            .start = [this](const Wanted& wanted, const KeepGoing& keep_going) -> Result<> {
              return host().start([&]() -> Result<VolumeSpec> { return spec(wanted.volume); },
                                  wanted.what, keep_going);
            },
            .unexpected =
                [](std::string_view, std::string_view thrown) {
                  return Error{.message = std::string(thrown)};
                }};
  }
  // One round with this volume wanted so.
  void keep(bool runs) {
    const auto keeping = host().keep(rules());
    keeping->want({{.volume = volume_, .whose = "branch main of qa", .runs = runs}});
    keeping->settle();
  }

  std::unique_ptr<HostWorld> world_ = GetParam()();
  const VolumeId volume_{"vol_1"};
  const InstanceId db_ = instance_on(volume_, "db");
  std::size_t number_ = 0;
  bool goes_on_ = true;
  bool has_room_ = true;
  std::vector<std::string> hooks_;
};

// An answer that was lost is met by ordering the same again.
TEST_P(HostContract, DoesTheSameOrderTwiceAsOnce) {
  const Order clone = order(CloneSnapshot{world_->snapshot(), volume_});
  const Order start = order(StartInstances{volume_});
  for (int time = 0; time < 2; ++time) ASSERT_OK(carry_out(clone));
  for (int time = 0; time < 2; ++time) ASSERT_OK(carry_out(start));

  EXPECT_EQ(state(), InstanceState::running);
  EXPECT_EQ(world_->starts(db_), 1);
}

TEST_P(HostContract, RefusesAnOrderOlderThanOneItHasSeenAndDoesNothing) {
  Order later = order(CloneSnapshot{world_->snapshot(), volume_});
  later.generation = 2;
  ASSERT_OK(carry_out(later));

  const Order older = order(StartInstances{volume_});
  const auto refused = carry_out(older);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::superseded);
  const auto kept = host().take_back(older, talk());
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, ErrorCode::superseded);

  EXPECT_THAT(host().list().value(), ::testing::IsEmpty());
  EXPECT_OK(carry_out(later)) << "the newest goes on ordering";
  Order of_another = order(StopInstances{volume_});
  of_another.operation = OperationId("op_2");
  EXPECT_OK(carry_out(of_another)) << "which has not changed hands";
}

TEST_P(HostContract, TakesAStartBackHoweverOftenItIsTold) {
  ASSERT_OK(take_back(StartInstances{volume_})) << "what has not begun";
  start();

  for (int time = 0; time < 2; ++time) ASSERT_OK(take_back(StartInstances{volume_}));

  EXPECT_THAT(host().list().value(), ::testing::IsEmpty());
}

TEST_P(HostContract, SaysThatThereIsNothingToCopyAndTakesThatBackToo) {
  const CloneSnapshot step{SnapshotId("snp_none"), volume_};

  EXPECT_ERROR(carry_out(step), not_found);

  EXPECT_OK(take_back(step));
}

TEST_P(HostContract, TellsOfAPointWhenAndWhereItIs) {
  start();
  const SnapshotId point("snp_point");

  const auto found = carry_out(TakeSnapshot{volume_, point, AfterSnapshot::go_on});

  ASSERT_OK(found);
  EXPECT_TRUE(found->at.has_value());
  EXPECT_TRUE(found->positions.contains("db"));
  EXPECT_EQ(state(), InstanceState::running);
  EXPECT_OK(carry_out(CloneSnapshot{point, VolumeId("vol_2")})) << "it can be copied";
}

TEST_P(HostContract, StartsWhatItIsToldWhenItComesToIt) {
  ASSERT_OK(carry_out(CloneSnapshot{world_->snapshot(), volume_}));
  OrderTalk no_ports = talk();
  no_ports.to_start = []() -> Result<VolumeSpec> {
    return Error{.code = ErrorCode::unavailable, .message = "no port is free"};
  };

  EXPECT_ERROR(host().carry_out(order(StartInstances{volume_}), no_ports), unavailable);

  EXPECT_THAT(host().list().value(), ::testing::IsEmpty());
}

TEST_P(HostContract, DoesNotStartWhatIsNotToGoOn) {
  ASSERT_OK(carry_out(CloneSnapshot{world_->snapshot(), volume_}));
  goes_on_ = false;

  EXPECT_ERROR(carry_out(StartInstances{volume_}), canceled);

  EXPECT_THAT(host().list().value(), ::testing::IsEmpty());
}

TEST_P(HostContract, TellsOfEveryHookOfTheMoment) {
  start();
  Order order = this->order(RunHooks{volume_, HookMoment::configure_clone});
  order.volume.sources.front().hooks = {
      {.when = HookMoment::configure_clone, .sql = "add one"},
      {.when = HookMoment::post_restore, .sql = "add two"},
  };

  ASSERT_OK(carry_out(order));

  EXPECT_THAT(hooks_, ::testing::ElementsAre(label_of(order.volume.sources.front().hooks.front())));
}

TEST_P(HostContract, LeavesToOthersWhatIsNotForHosts) {
  EXPECT_ERROR(carry_out(Commit{}), internal);
  EXPECT_ERROR(carry_out(DropVolume{volume_}), internal);
  EXPECT_ERROR(carry_out(ReleaseEndpoints{ContainerId("ctr_1"), {15000}}), internal);
}

TEST_P(HostContract, StopsWhatRunsOnAVolume) {
  start();

  for (int time = 0; time < 2; ++time) ASSERT_OK(carry_out(StopInstances{volume_}));

  EXPECT_EQ(state(), InstanceState::absent);
  EXPECT_FALSE(all_running());
}

TEST_P(HostContract, StopsEverythingAlsoWhatNobodyNames) {
  start();

  ASSERT_OK(host().stop_all({}));

  EXPECT_THAT(host().list().value(), ::testing::IsEmpty());
}

TEST_P(HostContract, LetsAVolumeGoWhateverRunsThere) {
  start();

  for (int time = 0; time < 2; ++time) ASSERT_OK(host().let_go(spec(volume_)));

  EXPECT_THAT(host().list().value(), ::testing::IsEmpty());
  EXPECT_OK(host().let_go(spec(VolumeId("vol_never"))));
}

TEST_P(HostContract, LeadsPortsUntilTheyAreClosed) {
  constexpr std::uint16_t port = 15000;
  ASSERT_TRUE(host().is_free(port));

  for (int time = 0; time < 2; ++time) ASSERT_OK(host().lead(port, Target{db_, 20001}));
  EXPECT_FALSE(host().is_free(port));

  for (int time = 0; time < 2; ++time) ASSERT_OK(host().close(port));
  EXPECT_TRUE(host().is_free(port));
}

TEST_P(HostContract, OpensPortsOfAContainerThatIsBeingMade) {
  Order order = this->order(HoldEndpoints{ContainerId("ctr_1"), {15000}});
  order.opens_endpoints = true;

  for (int time = 0; time < 2; ++time) ASSERT_OK(carry_out(order));

  EXPECT_FALSE(host().is_free(15000));
}

TEST_P(HostContract, SaysThatAnotherProgramHasAPort) {
  world_->take(15000);

  EXPECT_FALSE(host().is_free(15000));
  EXPECT_ERROR(host().lead(15000, std::nullopt), already_exists);
}

TEST_P(HostContract, KeepsWhatIsWantedRunning) {
  start();
  world_->crash(db_);
  ASSERT_FALSE(all_running());

  keep(true);

  EXPECT_EQ(state(), InstanceState::running);
}

TEST_P(HostContract, KeepsStoppedWhatIsNotToRun) {
  start();

  keep(false);

  EXPECT_THAT(host().list().value(), ::testing::IsEmpty());
}

TEST_P(HostContract, LeavesAloneWhatSomebodyElseIsChangingAndWhatHasNoRoom) {
  start();
  world_->crash(db_);

  goes_on_ = false;
  keep(true);
  EXPECT_EQ(state(), InstanceState::exited);

  goes_on_ = true;
  has_room_ = false;
  keep(true);
  EXPECT_EQ(state(), InstanceState::exited);
}

TEST_P(HostContract, AnswersWhatIsAskedAboutAVolume) {
  start();

  EXPECT_TRUE(all_running());
  EXPECT_TRUE(host().ask(spec(volume_), AskPositions{Timestamp{1}})->contains("db"));
  EXPECT_THAT(host().ask(spec(volume_), AskLeftOut{}).value(), ::testing::IsEmpty());
  EXPECT_THAT(host().ask(spec(volume_), AskNotes{"db"}).value(), ::testing::IsEmpty());
  const auto there =
      host().ask(spec(volume_), AskConnection{.source = "db", .host = "here", .port = 15000});
  ASSERT_TRUE(there && *there);
  EXPECT_THAT((*there)->url, ::testing::HasSubstr("here:15000"));
  const auto nowhere = host().ask(spec(volume_), AskConnection{.source = "none", .host = "here"});
  ASSERT_OK(nowhere);
  EXPECT_FALSE(*nowhere);

  const auto now = host().ask(spec(volume_), AskPositions{Timestamp{1}}).value();
  EXPECT_EQ(host().ask(spec(volume_), AskLogBetween{now, now}).value(), 0);
}

}  // namespace slip
