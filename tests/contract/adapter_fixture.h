// SPDX-License-Identifier: Apache-2.0
#pragma once

// An adapter under test and its instances, for the contract suite and for tests of one kind.

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
  // A statement that takes hours; asked of adapters that run SQL.
  virtual std::string sleep_statement() { return ""; }
  // Every process that works in or below the directory.
  virtual int processes_in(const std::filesystem::path& directory) = 0;
};

using MakeAdapterWorld = std::function<std::unique_ptr<AdapterWorld>()>;

class AdapterTest : public testing::TestWithParam<MakeAdapterWorld> {
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

  // Nobody asks how far it is.
  static bool unasked(std::string_view, std::optional<double>) { return true; }

  Result<DataPosition> ingest(const InstanceContext& instance, Progress progress = {}) {
    return world_->adapter().ingest(IngestRequest{.config = instance.config,
                                                  .directory = instance.directory,
                                                  .trusted = instance.trusted,
                                                  .progress = std::move(progress),
                                                  .user = instance.user});
  }

  // Prepares and starts it, with further arguments if any, and waits until it is ready.
  Result<> bring_up(const InstanceContext& instance, const std::vector<std::string>& more = {}) {
    return bring_up(instance, more, [](LaunchSpec&) {});
  }
  // As a production would run, which is nobody's copy: the paths that it tells are the machine's.
  Result<> bring_up_as_production(const InstanceContext& instance) {
    return bring_up(instance, {}, [](LaunchSpec& spec) { spec.home.clear(); });
  }

  template <class Change>
  Result<> bring_up(const InstanceContext& instance, const std::vector<std::string>& more,
                    const Change& change) {
    TRY(world_->adapter().prepare(instance));
    auto spec = TRY(world_->adapter().launch(instance));
    if (spec) change(*spec);
    if (spec) spec->argv.insert(spec->argv.end(), more.begin(), more.end());
    if (spec) spec->user = instance.user;
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

}  // namespace slip
