// SPDX-License-Identifier: Apache-2.0
#include "server/api/surveys.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>

#include "catalog/memory/memory_catalog.h"
#include "tests/support/expect_result.h"

namespace slip::api {
namespace {

using namespace std::chrono_literals;

constexpr Duration ample = 30s;

class SurveysTest : public ::testing::Test {
 protected:
  // Something that is being measured until it is told to end; perhaps after the test has.
  struct Endless {
    struct State {
      std::latch begun{1};
      std::latch over{1};
    };
    std::shared_ptr<State> state = std::make_shared<State>();
    Surveys::Measure measure = [state = state]() -> Result<json::value> {
      state->begun.count_down();
      state->over.wait();
      return json::value(1);
    };
    void wait_until_begun() { state->begun.wait(); }
    void end() { state->over.count_down(); }
  };
  std::future<Result<json::value>> asked(const std::string& what, Duration patience,
                                         const Surveys::Measure& measure) {
    return std::async(std::launch::async,
                      [=, this] { return surveys_.ask(what, patience, measure); });
  }

  MemoryCatalog catalog_;
  Surveys surveys_{catalog_};
};

TEST_F(SurveysTest, MeasureAnewForWhoeverAsks) {
  int times = 0;
  const auto measure = [&]() -> Result<json::value> { return json::value(++times); };
  EXPECT_EQ(surveys_.ask("a", ample, measure).value(), json::value(1));
  EXPECT_EQ(surveys_.ask("a", ample, measure).value(), json::value(2));
}

TEST_F(SurveysTest, SayWhatWentWrong) {
  EXPECT_ERROR(surveys_.ask("a", ample,
                            [] {
                              return Result<json::value>(
                                  Error{.code = ErrorCode::failed, .message = "broken"});
                            }),
               failed);
  EXPECT_ERROR(surveys_.ask("a", ample,
                            []() -> Result<json::value> { throw std::runtime_error("a defect"); }),
               internal);
}

TEST_F(SurveysTest, GiveWhatWasFoundLastWhereItTakesTooLong) {
  ASSERT_OK(surveys_.ask("a", ample, [] { return Result<json::value>(json::value("before")); }));
  Endless endless;

  EXPECT_EQ(surveys_.ask("a", 50ms, endless.measure).value(), json::value("before"));
  endless.wait_until_begun();
  endless.end();
}

// It goes on when nobody waits any longer, so that who asks again is served.
TEST_F(SurveysTest, KeepWhatIsFoundLater) {
  Endless endless;
  EXPECT_ERROR(surveys_.ask("a", 50ms, endless.measure), unavailable);
  endless.wait_until_begun();
  auto next = asked("a", ample, [] { return Result<json::value>(json::value("next")); });
  endless.end();
  EXPECT_EQ(next.get().value(), json::value("next"));
}

// What is being measured may have been looked at before whatever whoever asks has just done.
TEST_F(SurveysTest, BeginOneForAllWhoAskWhileItIsMeasured) {
  Endless endless;
  auto first = asked("a", ample, endless.measure);
  endless.wait_until_begun();
  std::atomic<int> times = 0;
  const auto again = [&]() -> Result<json::value> { return json::value(1 + ++times); };
  std::vector<std::future<Result<json::value>>> others;
  for (int i = 0; i < 5; ++i) others.push_back(asked("a", ample, again));
  EXPECT_EQ(others[0].wait_for(200ms), std::future_status::timeout);

  endless.end();

  // It wakes after the second as well on a busy machine, and is then given what is newer.
  EXPECT_THAT(first.get().value(), ::testing::AnyOf(json::value(1), json::value(2)));
  for (auto& one : others) EXPECT_EQ(one.get().value(), json::value(2));
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
                            [third_begun]() -> Result<json::value> {
                              *third_begun = true;
                              return json::value(3);
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
}  // namespace slip::api
