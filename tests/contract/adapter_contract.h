#pragma once

// What every Adapter must do. An implementation's test instantiates it with a world of its own:
//   INSTANTIATE_TEST_SUITE_P(Files, AdapterContract, testing::Values([] { return make(); }));

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/file.h"
#include "base/subprocess.h"
#include "ports/adapter.h"
#include "ports/runtime.h"

namespace slip {

// An adapter, what runs its instances, and a way to put something into the data and find it again.
class AdapterWorld {
 public:
  virtual ~AdapterWorld() = default;
  virtual const Adapter& adapter() = 0;
  virtual Runtime& runtime() = 0;
  virtual SourceConfig good() = 0;
  virtual SourceConfig malformed() = 0;  // `validate` refuses it
  virtual InstanceContext instance(const std::string& id, const SourceConfig& config) = 0;
  virtual void put(const InstanceContext& instance, const std::string& text) = 0;
  virtual bool has(const InstanceContext& instance, const std::string& text) = 0;
  // Every process that works in or below the directory.
  virtual int processes_in(const std::filesystem::path& directory) = 0;
};

using MakeAdapterWorld = std::function<std::unique_ptr<AdapterWorld>()>;

class AdapterContract : public testing::TestWithParam<MakeAdapterWorld> {
 protected:
  void TearDown() override {
    if (!world_) return;
    const auto left = world_->runtime().list();
    if (left) {
      for (const auto& id : *left) EXPECT_TRUE(world_->runtime().stop(id, Duration(0)));
    }
  }

  template <class T>
  static testing::AssertionResult ok(const Result<T>& result) {
    if (result) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << to_string(result.error().code) << ": " << result.error().describe() << "\n"
           << result.error().detail;
  }

  Result<DataPosition> ingest(const InstanceContext& instance, Progress progress = {}) {
    return world_->adapter().ingest(IngestRequest{.config = instance.config,
                                                  .directory = instance.directory,
                                                  .progress = std::move(progress)});
  }

  // Prepares and starts it, and waits until it is ready.
  Result<> bring_up(const InstanceContext& instance) {
    TRY(world_->adapter().prepare(instance));
    const auto spec = TRY(world_->adapter().launch(instance));
    if (spec) TRY(world_->runtime().start(instance.id, *spec));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (;;) {
      const auto ready = world_->adapter().ready(instance);
      if (ready || ready.error().code != ErrorCode::unavailable) return ready;
      const auto status = TRY(world_->runtime().status(instance.id));
      if (status.state == InstanceState::exited || std::chrono::steady_clock::now() > deadline) {
        Error error = ready.error();
        error.detail += TRY(world_->runtime().log(instance.id, 8000));
        return error;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  Result<> stop(const InstanceContext& instance) {
    return world_->runtime().stop(instance.id, world_->adapter().stop_patience());
  }

  static void copy(const InstanceContext& from, const InstanceContext& to) {
    const auto copied = run_ok(
        Command{.argv = {"cp", "-a", from.directory.string() + "/.", to.directory.string()}});
    ASSERT_TRUE(copied) << copied.error().detail;
  }

  std::unique_ptr<AdapterWorld> world_ = GetParam()();
};

TEST_P(AdapterContract, TakesAGoodConfigurationAndRefusesAMalformedOneByName) {
  EXPECT_TRUE(ok(world_->adapter().validate(world_->good())));

  const auto refused = world_->adapter().validate(world_->malformed());

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_FALSE(refused.error().message.empty());
}

TEST_P(AdapterContract, SaysWhatItIs) {
  EXPECT_EQ(world_->adapter().info().kind, world_->good().kind);
  EXPECT_GT(world_->adapter().stop_patience().count(), 0);
}

TEST_P(AdapterContract, FillsStartsAnswersAndStops) {
  const auto one = world_->instance("ins_one", world_->good());
  const auto filled = ingest(one);
  ASSERT_TRUE(ok(filled));
  EXPECT_GT(filled->at.ms, 0);

  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");
  EXPECT_TRUE(ok(world_->adapter().flush(one)));
  const auto before = world_->adapter().position(one);
  ASSERT_TRUE(ok(before));
  const auto after = world_->adapter().position(one);
  ASSERT_TRUE(ok(after));
  EXPECT_LE(before->at, after->at);

  EXPECT_TRUE(ok(stop(one)));
  EXPECT_EQ(world_->processes_in(one.directory), 0);
}

TEST_P(AdapterContract, PreparesTheSameTwiceAndStartsAgainWithItsData) {
  const auto one = world_->instance("ins_one", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");
  ASSERT_TRUE(ok(stop(one)));

  ASSERT_TRUE(ok(world_->adapter().prepare(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_TRUE(world_->has(one, "a row"));
  EXPECT_TRUE(ok(stop(one)));
}

TEST_P(AdapterContract, ACopyOfAFrozenInstanceStartsBesideItWithAllThatWasFlushed) {
  const auto one = world_->instance("ins_one", world_->good());
  const auto two = world_->instance("ins_two", world_->good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world_->put(one, "a row");
  ASSERT_TRUE(ok(world_->adapter().flush(one)));
  ASSERT_TRUE(ok(world_->runtime().freeze(one.id)));
  copy(one, two);
  ASSERT_TRUE(ok(world_->runtime().thaw(one.id)));

  ASSERT_TRUE(ok(bring_up(two)));
  world_->put(two, "of the copy");

  EXPECT_TRUE(world_->has(two, "a row"));
  EXPECT_FALSE(world_->has(one, "of the copy"));
  EXPECT_TRUE(ok(stop(one)));
  EXPECT_TRUE(ok(stop(two)));
}

TEST_P(AdapterContract, EndsItsProgramsWhenAnIngestIsCanceled) {
  const auto one = world_->instance("ins_one", world_->good());

  const auto canceled = ingest(one, [](auto, auto) { return false; });

  ASSERT_FALSE(canceled);
  EXPECT_EQ(canceled.error().code, ErrorCode::canceled);
  EXPECT_EQ(world_->processes_in(one.directory), 0);
}

TEST_P(AdapterContract, GivesItsSiblingsAnAddressThatFitsItsPort) {
  const auto one = world_->instance("ins_one", world_->good());
  const auto sibling = world_->adapter().as_sibling(one);

  EXPECT_EQ(sibling.name, one.source_name);
  const auto port = sibling.env.find("PORT");
  if (port != sibling.env.end()) EXPECT_EQ(port->second, std::to_string(one.port));
  const auto shown = world_->adapter().connection(one, "db.example", 4711);
  if (shown) EXPECT_THAT(shown->url, testing::HasSubstr("db.example:4711"));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AdapterContract);

}  // namespace slip
