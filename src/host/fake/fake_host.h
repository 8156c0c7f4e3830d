// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ports/clock.h"
#include "ports/host.h"

namespace slip {

// A host on which volumes, snapshots and instances are entries in memory: for tests of whoever
// gives orders, which need no data. It outlives the one that orders, as a machine outlives a
// daemon that decides for it. It has no threads: what it keeps running it settles in the caller's.
// Thread-safe.
class FakeHost final : public Host {
 public:
  explicit FakeHost(Clock& clock) : clock_(clock) {}

  // What the pool holds already.
  void add(const SnapshotId& snapshot);
  void add(const VolumeId& volume);
  // The next order with a step of that kind ("clone_snapshot") fails, to be carried out or taken
  // back. Several failures of one kind are used up in turn.
  void fail_next(const std::string& kind, Error error);
  // Another program has the port.
  void take(std::uint16_t port);
  // Every order that was let in, in the order in which they came: "carry out create_volume",
  // "take back start_instances".
  std::vector<std::string> orders() const;
  bool has(const SnapshotId& snapshot) const;
  // How often the instance was really started (a start of a running one is none).
  int starts(const InstanceId& instance) const;
  // The instance's program ends by itself.
  void crash(const InstanceId& instance);

  HostInfo info() const override { return {}; }

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
  class Doing;
  class Answering;

  // Refuses what is older than the newest seen, and what is to fail.
  Result<> admit(const Order& order, std::string_view what);
  bool runs(const InstanceId& instance) const;  // mutex_ held
  void stop(const VolumeId& volume);

  Clock& clock_;
  mutable std::mutex mutex_;
  std::map<OperationId, std::uint64_t> newest_;
  std::vector<std::string> orders_;
  std::map<std::string, std::vector<Error>> failing_;
  std::set<VolumeId> volumes_;
  std::set<SnapshotId> snapshots_;
  std::map<InstanceId, InstanceState> instances_;
  std::map<InstanceId, int> starts_;
  std::map<std::uint16_t, std::optional<Target>> led_;
  std::set<std::uint16_t> taken_;
};

}  // namespace slip
