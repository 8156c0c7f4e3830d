// SPDX-License-Identifier: Apache-2.0
#include "host/local_host.h"

#include "runtime/fake/fake_endpoints.h"
#include "runtime/fake/fake_runtime.h"
#include "secrets/memory/memory_secrets.h"
#include "storage/fake/fake_storage.h"
#include "tests/contract/host_contract.h"
#include "tests/support/fake_clock.h"
#include "tests/support/row_adapter.h"

namespace slip {
namespace {

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

INSTANTIATE_TEST_SUITE_P(Local, HostContract, ::testing::Values([] {
                           return std::unique_ptr<HostWorld>(std::make_unique<LocalHostWorld>());
                         }));

}  // namespace
}  // namespace slip
