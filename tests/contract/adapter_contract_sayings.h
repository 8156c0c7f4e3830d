// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an instance says of itself and of its log, and what of that is for certain kinds only: the
// part of AdapterContract (adapter_contract.h) that changes nothing.

#include "tests/contract/adapter_contract.h"

namespace slip {

TEST_P(AdapterContract, CompletesNothingWhereNothingIsLeftOpen) {
  const SourceConfig asked = world_->good();
  const SourceConfig completed = world_->adapter().completed(asked);
  EXPECT_EQ(completed.kind, asked.kind);
  EXPECT_EQ(completed.settings, asked.settings);
}

TEST_P(AdapterContract, BringsAnEarlierCopyUpToDateWhereItSaysThatItDoes) {
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  if (world_->adapter().incremental(one.config)) {
    EXPECT_TRUE(ok(ingest(one)));
  }
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_TRUE(ok(stop(one)));
}

TEST_P(AdapterContract, SaysWhetherItsAddressLetsOneInAndThatNothingLiesOutside) {
  const auto& adapter = world_->adapter();
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");

  EXPECT_TRUE(ok(adapter.admits(one)));
  const auto outside = adapter.left_out(one);
  ASSERT_TRUE(ok(outside));
  EXPECT_THAT(*outside, testing::IsEmpty());
  if (adapter.info().recovers) {
    auto another = one;
    another.login.password = "of somebody else";
    const auto refused = adapter.admits(another);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  }

  ASSERT_TRUE(ok(stop(one)));
  if (adapter.info().recovers) {
    const auto silent = adapter.admits(one);
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().code, ErrorCode::unavailable);
  }
}

TEST_P(AdapterContract, KeepsItsLogWithoutBeingDisturbed) {
  const auto* log = world_->adapter().log_replay();
  if (log == nullptr) return;
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  const auto before = world_->adapter().position(one);
  ASSERT_TRUE(ok(before));
  auto watch = log->watch_log(one);
  ASSERT_TRUE(ok(watch));
  world_->put(one, "a row");
  if (*watch) {
    EXPECT_TRUE(ok((*watch)->look()));
    EXPECT_TRUE(ok((*watch)->ask()));
  }
  const auto after = world_->adapter().position(one);
  ASSERT_TRUE(ok(after));

  EXPECT_GT(log->log_between(*before, *after), 0);
  EXPECT_EQ(log->log_between(*after, *after), 0);
  EXPECT_TRUE(ok(log->replays_again(one, ""))) << "nothing was replayed";
  EXPECT_TRUE(ok(log->trim_log(one, after->at)));
  EXPECT_TRUE(world_->has(one, "a row"));
  ASSERT_TRUE(ok(stop(one)));
  EXPECT_TRUE(ok(log->trim_log(one, after->at))) << "it need not run";
}

TEST_P(AdapterContract, FollowsNobodyUnlessItIsToldTo) {
  const auto* following = world_->adapter().following();
  if (following == nullptr) return;
  EXPECT_FALSE(following->follows(world_->good()));
  EXPECT_TRUE(ok(following->leave_origin(world_->good(), {}))) << "there is nothing to leave";
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  for (const bool runs : {false, true}) {
    if (runs) {
      ASSERT_TRUE(ok(bring_up(one)));
    }
    const auto state = following->follow_state(one, "");
    ASSERT_FALSE(state);
    EXPECT_EQ(state.error().code, ErrorCode::invalid_argument) << state.error().describe();
    const auto at = following->catch_up(one, [](auto...) { return true; });
    ASSERT_FALSE(at);
    EXPECT_EQ(at.error().code, ErrorCode::invalid_argument) << at.error().describe();
  }
}

TEST_P(AdapterContract, EndsItsForgettingWhereItIsCanceled) {
  const auto* masking = world_->adapter().masking();
  if (masking == nullptr) return;
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  const auto canceled = masking->forget_the_past(one, Timestamp{0}, [] { return false; });
  // Who has nothing to forget has done so at once.
  if (canceled) return;
  EXPECT_EQ(canceled.error().code, ErrorCode::canceled) << canceled.error().describe();
}

}  // namespace slip
