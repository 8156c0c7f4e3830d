// SPDX-License-Identifier: Apache-2.0
#include "queries/surveys.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <memory>

#include "catalog/memory/memory_catalog.h"
#include "tests/support/expect_result.h"

namespace slip::queries {
namespace {

using namespace std::chrono_literals;

constexpr Duration ample = 30s;

using Measure = std::function<Result<int>()>;

class SurveysTest : public ::testing::Test {
 protected:
  // Something that is being measured until it is told to end; perhaps after the test has.
  struct Endless {
    struct State {
      std::latch begun{1};
      std::latch over{1};
    };
    std::shared_ptr<State> state = std::make_shared<State>();
    Measure measure = [state = state]() -> Result<int> {
      state->begun.count_down();
      state->over.wait();
      return 1;
    };
    void wait_until_begun() { state->begun.wait(); }
    void end() { state->over.count_down(); }
  };
  std::future<Result<int>> asked(const std::string& what, Duration patience,
                                 const Measure& measure) {
    return std::async(std::launch::async,
                      [=, this] { return surveys_.ask(what, patience, measure); });
  }

  MemoryCatalog catalog_;
  Surveys surveys_{catalog_};
};

TEST_F(SurveysTest, MeasureAnewForWhoeverAsks) {
  int times = 0;
  const auto measure = [&]() -> Result<int> { return ++times; };
  EXPECT_EQ(surveys_.ask("a", ample, measure).value(), 1);
  EXPECT_EQ(surveys_.ask("a", ample, measure).value(), 2);
}

TEST_F(SurveysTest, SayWhatWentWrong) {
  EXPECT_ERROR(
      surveys_.ask(
          "a", ample,
          [] { return Result<int>(Error{.code = ErrorCode::failed, .message = "broken"}); }),
      failed);
  EXPECT_ERROR(
      surveys_.ask("a", ample, []() -> Result<int> { throw std::runtime_error("a defect"); }),
      internal);
}

TEST_F(SurveysTest, GiveWhatWasFoundLastWhereItTakesTooLong) {
  ASSERT_OK(surveys_.ask("a", ample, [] { return Result<int>(10); }));
  Endless endless;

  EXPECT_EQ(surveys_.ask("a", 50ms, endless.measure).value(), 10);
  endless.wait_until_begun();
  endless.end();
}

// It goes on when nobody waits any longer, so that who asks again is served.
TEST_F(SurveysTest, KeepWhatIsFoundLater) {
  Endless endless;
  EXPECT_ERROR(surveys_.ask("a", 50ms, endless.measure), unavailable);
  endless.wait_until_begun();
  auto next = asked("a", ample, [] { return Result<int>(20); });
  endless.end();
  EXPECT_EQ(next.get().value(), 20);
}

// What is being measured may have been looked at before whatever whoever asks has just done.
TEST_F(SurveysTest, BeginOneForAllWhoAskWhileItIsMeasured) {
  Endless endless;
  auto first = asked("a", ample, endless.measure);
  endless.wait_until_begun();
  std::atomic<int> times = 0;
  const auto again = [&]() -> Result<int> { return 1 + ++times; };
  std::vector<std::future<Result<int>>> others;
  for (int i = 0; i < 5; ++i) others.push_back(asked("a", ample, again));
  EXPECT_EQ(others[0].wait_for(200ms), std::future_status::timeout);

  endless.end();

  // It wakes after the second as well on a busy machine, and is then given what is newer.
  EXPECT_THAT(first.get().value(), ::testing::AnyOf(1, 2));
  for (auto& one : others) EXPECT_EQ(one.get().value(), 2);
  EXPECT_EQ(times, 1);
}

TEST_F(SurveysTest, MeasureAFewAtOnce) {
  Endless first;
  Endless second;
  auto one = asked("a", ample, first.measure);
  auto other = asked("b", ample, second.measure);
  first.wait_until_begun();
  second.wait_until_begun();
  const auto third_begun = std::make_shared<std::atomic<bool>>(false);
  EXPECT_ERROR(surveys_.ask("c", 100ms,
                            [third_begun]() -> Result<int> {
                              *third_begun = true;
                              return 3;
                            }),
               unavailable);
  EXPECT_FALSE(*third_begun);
  first.end();
  second.end();
  EXPECT_OK(one.get());
  EXPECT_OK(other.get());
}

TEST_F(SurveysTest, LetNobodyWaitWhenTheyAreClosed) {
  Endless endless;
  auto waiting = asked("a", ample, endless.measure);
  endless.wait_until_begun();
  surveys_.close();
  EXPECT_ERROR(waiting.get(), unavailable);
  EXPECT_ERROR(surveys_.ask("b", ample, endless.measure), unavailable);
  endless.end();
}

}  // namespace
}  // namespace slip::queries
