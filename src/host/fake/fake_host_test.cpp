// SPDX-License-Identifier: Apache-2.0
#include "host/fake/fake_host.h"

#include "tests/contract/host_contract.h"
#include "tests/support/fake_clock.h"

namespace slip {
namespace {

class FakeHostWorld final : public HostWorld {
 public:
  Host& host() override { return host_; }
  SnapshotId snapshot() override {
    const SnapshotId id("snp_data");
    host_.add(id);
    return id;
  }
  int starts(const InstanceId& instance) override { return host_.starts(instance); }
  void crash(const InstanceId& instance) override { host_.crash(instance); }
  void take(std::uint16_t port) override { host_.take(port); }

 private:
  FakeClock clock_;
  FakeHost host_{clock_};
};

INSTANTIATE_TEST_SUITE_P(Fake, HostContract, ::testing::Values([] {
                           return std::unique_ptr<HostWorld>(std::make_unique<FakeHostWorld>());
                         }));

}  // namespace
}  // namespace slip
