// SPDX-License-Identifier: Apache-2.0
#include "host/local_host.h"

#include <functional>
#include <optional>

#include "runtime/fake/fake_endpoints.h"
#include "runtime/fake/fake_runtime.h"
#include "secrets/memory/memory_secrets.h"
#include "storage/fake/fake_storage.h"
#include "tests/contract/host_contract.h"
#include "tests/support/fake_clock.h"
#include "tests/support/row_adapter.h"

namespace slip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LocalHostWorld final : public HostWorld {
 public:
  LocalHostWorld() {
    database_->use(clock_);
    machine_.machine_settings.ready_patience = Duration(2000);
  }
  Host& host() override { return host_; }
  SnapshotId snapshot() override {
    const VolumeId made("vol_data");
    const SnapshotId id("snp_data");
    EXPECT_OK(storage_.create_volume(made, {}));
    EXPECT_OK(storage_.write(made, "db/rows", "first;"));
    EXPECT_OK(storage_.snapshot(made, id, {}));
    return id;
  }
  int starts(const InstanceId& instance) override { return runtime_.starts(instance); }
  void crash(const InstanceId& instance) override { runtime_.crash(instance); }
  void take(std::uint16_t port) override { endpoints_.take(port); }

 private:
  FakeStorage storage_;
  FakeRuntime runtime_;
  FakeEndpoints endpoints_;
  FakeClock clock_;
  MemorySecrets secrets_;
  std::shared_ptr<RowAdapter> database_ =
      std::make_shared<RowAdapter>(storage_, RowAdapter::Role::database);
  Machine machine_{.storage = storage_,
                   .adapters = {{"rows", database_}},
                   .runtime = runtime_,
                   .endpoints = endpoints_,
                   .clock = clock_,
                   .secrets = secrets_};
  LocalHost host_{machine_};
};

// As a daemon that ends and another that begins, over the same pool and what runs.
class HeldTrees : public ::testing::Test {
 protected:
  HeldTrees() {
    database_->use(clock_);
    machine_.machine_settings.ready_patience = Duration(2000);
    EXPECT_OK(storage_.create_volume(spec_.id, {}));
    EXPECT_OK(storage_.write(spec_.id, "db/rows", "first;"));
    host_.emplace(machine_);
  }
  Result<> start() {
    return host_->start([this]() -> Result<VolumeSpec> { return spec_; }, StartWhat::everything,
                        [] { return true; });
  }

  FakeStorage storage_;
  FakeRuntime runtime_;
  FakeEndpoints endpoints_;
  FakeClock clock_;
  MemorySecrets secrets_;
  std::shared_ptr<RowAdapter> database_ =
      std::make_shared<RowAdapter>(storage_, RowAdapter::Role::database);
  Machine machine_{.storage = storage_,
                   .adapters = {{"rows", database_}},
                   .runtime = runtime_,
                   .endpoints = endpoints_,
                   .clock = clock_,
                   .secrets = secrets_};
  const VolumeSpec spec_{.id = VolumeId("vol_a"),
                         .sources = {{.name = "db",
                                      .source = SourceId("src_1"),
                                      .config = {.kind = "rows", .settings = {}, .run = {}},
                                      .port = 20001}}};
  const InstanceId db_ = instance_on(spec_.id, "db");
  std::optional<LocalHost> host_;
};

TEST_F(HeldTrees, AreHeldAsLongAsSomethingRunsOnThem) {
  EXPECT_OK(host_->ask(spec_, AskAllRunning{}));
  EXPECT_THAT(storage_.attached(), IsEmpty()) << "a question needs it no longer than it takes";

  ASSERT_OK(start());
  EXPECT_THAT(storage_.attached(), ElementsAre("vol_a"));
  EXPECT_ERROR(storage_.destroy(spec_.id), busy);
  ASSERT_OK(host_->let_go(spec_));

  EXPECT_THAT(storage_.attached(), IsEmpty());
  EXPECT_OK(storage_.destroy(spec_.id));
}

TEST_F(HeldTrees, AreNotHeldForWhatCouldNotBeStarted) {
  runtime_.fail_every_start({.code = ErrorCode::failed, .message = "no"});
  EXPECT_FALSE(start());
  EXPECT_THAT(storage_.attached(), IsEmpty());
}

TEST_F(HeldTrees, StayAttachedForWhatOutlivesTheDaemonAndAreHeldByTheNext) {
  ASSERT_OK(start());

  host_.reset();
  EXPECT_THAT(storage_.attached(), ElementsAre("vol_a"));
  EXPECT_TRUE(runtime_.running(db_));

  host_.emplace(machine_);
  ASSERT_OK(host_->adopt());
  EXPECT_OK(host_->ask(spec_, AskAllRunning{}));
  EXPECT_THAT(storage_.attached(), ElementsAre("vol_a")) << "a question lets go of its own hold";
  EXPECT_ERROR(storage_.destroy(spec_.id), busy);

  ASSERT_OK(host_->stop_all({spec_}));
  EXPECT_THAT(storage_.attached(), IsEmpty());
}

TEST_F(HeldTrees, WhatRunsWithoutItsVolumeIsAdoptedAllTheSame) {
  ASSERT_OK(start());
  host_.reset();
  ASSERT_OK(storage_.destroy(spec_.id));
  host_.emplace(machine_);

  EXPECT_OK(host_->adopt());
  EXPECT_OK(host_->let_go(spec_));

  EXPECT_FALSE(runtime_.running(db_));
}

// Says something whenever it is waited for, and nothing else passes meanwhile.
class Talker : public FakeRuntime {
 public:
  explicit Talker(std::function<void()> before) : before_(std::move(before)) {}
  std::int64_t await_output(const InstanceId& instance, std::int64_t seen,
                            Duration patience) override {
    if (seen >= 0) before_();
    return FakeRuntime::await_output(instance, -1, patience);
  }

 private:
  std::function<void()> before_;
};

using Starting = HeldTrees;

TEST_F(Starting, IsThroughWhenWhatSaysSomethingIsReadyThen) {
  database_->never_ready(true);
  Talker runtime([&] { database_->never_ready(false); });
  Machine machine{.storage = storage_,
                  .adapters = {{"rows", database_}},
                  .runtime = runtime,
                  .endpoints = endpoints_,
                  .clock = clock_,
                  .secrets = secrets_,
                  .machine_settings = machine_.machine_settings};
  LocalHost host(machine);

  EXPECT_OK(host.start([&]() -> Result<VolumeSpec> { return spec_; }, StartWhat::everything,
                       [] { return true; }));
  EXPECT_OK(host.let_go(spec_));
}

TEST_F(Starting, HasTheWayMadeToWhatPeopleConnectTo) {
  ASSERT_OK(start());
  EXPECT_THAT(endpoints_.expected(), ElementsAre(Target{db_, 20001}));
  ASSERT_OK(start());
  EXPECT_THAT(endpoints_.expected(), ElementsAre(Target{db_, 20001})) << "it runs already";
  ASSERT_OK(host_->let_go(spec_));

  ASSERT_OK(host_->start([&]() -> Result<VolumeSpec> { return spec_; },
                         StartWhat::databases_in_background, [] { return true; }));
  EXPECT_EQ(endpoints_.expected().size(), 1U);
  ASSERT_OK(host_->let_go(spec_));
}

INSTANTIATE_TEST_SUITE_P(Local, HostContract, ::testing::Values([] {
                           return std::unique_ptr<HostWorld>(std::make_unique<LocalHostWorld>());
                         }));

}  // namespace
}  // namespace slip
