// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "host/instances.h"
#include "host/machine.h"
#include "host/steps.h"
#include "ports/host.h"

namespace slip {

// The host that is this machine, called in the process. The newest generation that it has seen of
// each operation is kept as long as it lives.
class LocalHost final : public Host {
 public:
  // The machine must outlive it.
  explicit LocalHost(Machine& machine) : machine_(machine) {}

  // Takes what runs already for its own, as after a restart of the daemon. Before anything else is
  // asked of it.
  Result<> adopt() { return instances_.adopt(); }

  HostInfo info() const override { return machine_.info(); }

  Result<StepFindings> carry_out(const Order& order, const OrderTalk& talk) override;
  Result<> take_back(const Order& order, const OrderTalk& talk) override;

  std::unique_ptr<Keeping> keep(KeepingRules rules) override;
  Result<> start(const ToStart& to_start, StartWhat what, const KeepGoing& keep_going) override;
  Result<> stop_all(const std::vector<VolumeSpec>& volumes) override;
  Result<> let_go(const VolumeSpec& volume) override;
  Result<> limit(const TogetherLimits& together) override;

  Result<> lead(std::uint16_t port, const std::optional<Target>& target) override;
  Result<> close(std::uint16_t port) override;
  bool is_free(std::uint16_t port) override;

  Result<std::vector<InstanceId>> list() override;
  Result<InstanceStatus> status(const InstanceId& instance) override;
  Result<std::string> log(const InstanceId& instance, std::size_t bytes) override;

  Result<std::map<InstanceId, std::unique_ptr<LogWatch>>> watch_logs(
      const VolumeSpec& volume) override;
  Result<> trim_logs(const VolumeSpec& volume, Timestamp keep_since) override;

  Result<> leave_origin(const SourceConfig& config,
                        const std::vector<SourceConfig>& others) override;

 protected:
  Result<HostAnswer> answer_to(const VolumeSpec& volume, const HostQuestion& question) override;

 private:
  // Refuses what is older than the newest seen.
  Result<> admit(const Order& order);

  Machine& machine_;
  Instances instances_{machine_};
  Steps steps_{machine_, instances_};
  std::mutex mutex_;
  std::map<OperationId, std::uint64_t> newest_;  // of what has changed hands; guarded by mutex_
};

}  // namespace slip
