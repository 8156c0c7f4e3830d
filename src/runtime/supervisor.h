// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "ports/runtime.h"
#include "runtime/exit_watcher.h"
#include "runtime/instance_store.h"
#include "runtime/network.h"
#include "runtime/output_watch.h"
#include "runtime/sandbox.h"
#include "runtime/tree_control.h"

namespace slip {

struct SupervisorOptions {
  enum class Isolate { automatic, never };
  enum class Control { automatic, process_group };

  std::filesystem::path state_directory;  // records and logs; must survive daemon restarts
  std::string user = "slipstream";        // who instances run as when we are root
  // Whom LaunchSpec::user may name, and where the data lies that they work on: whether they can is
  // tried out there. Nothing: they cannot.
  struct OwnUsers {
    std::filesystem::path data;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  std::optional<OwnUsers> own_users = {};
  Isolate isolate = Isolate::automatic;  // a sandbox wherever the machine allows one
  Control control = Control::automatic;  // cgroup2 wherever the machine allows it
};

// Runs instances as processes of this machine that outlive us. Each has a record below the state
// directory, written before its program is executed; what a record names is checked against the
// kernel before it is believed, so a pid that was given out again, or a reboot, does no harm.
// One SupervisorRuntime at a time may use a state directory.
//
// An instance is its main process: when that has ended, whatever it left behind is killed. The
// program cannot gain privileges, and sees (in a sandbox) only its own processes and data, and (in
// a network of its volume's) only what its siblings offer.
class SupervisorRuntime : public Runtime {
 public:
  // Finds out what the machine allows, and adopts what an earlier one started here.
  // Errors: `not_found` (we are root and there is no such user), `permission_denied`, `internal`.
  static Result<std::unique_ptr<SupervisorRuntime>> open(const SupervisorOptions& options);
  ~SupervisorRuntime() override = default;

  // The same sandbox for programs of adapters' own; outlives this object.
  std::shared_ptr<const Confinement> confinement() const { return confinement_; }

  RuntimeInfo info() const override { return info_; }
  void on_end(std::function<void(const InstanceId&)> listener) override;
  Result<> start(const InstanceId& instance, const LaunchSpec& spec) override;
  Result<InstanceStatus> status(const InstanceId& instance) override;
  Result<> wait_exit(const InstanceId& instance, Duration patience) override;
  Result<> limit(const TogetherLimits& together) override { return control_->limit(together); }
  Result<> freeze(const InstanceId& instance) override;
  Result<> thaw(const InstanceId& instance) override;
  Result<> stop(const InstanceId& instance, Duration grace) override;
  Result<RunOutcome> run_once(const InstanceId& run, const OneRun& what) override;
  Result<UniqueFd> begin_connect(const InstanceId& instance, std::uint16_t port) override;
  // Null: it does not run, or is in the host's.
  std::shared_ptr<const Network> network_of(const InstanceId& instance) const {
    return networks_.of(instance);
  }
  Result<std::vector<InstanceId>> list() override;
  Result<std::string> log(const InstanceId& instance, std::size_t bytes) override;
  std::int64_t await_output(const InstanceId& instance, std::int64_t seen,
                            Duration patience) override {
    return store_.await_log(instance, seen, patience);
  }
  Result<> forget_log(const InstanceId& instance) override;

 private:
  explicit SupervisorRuntime(std::filesystem::path root) : store_(std::move(root)) {}

  std::shared_ptr<std::mutex> lock_of(const InstanceId& instance);
  Tree tree_of(const InstanceId& instance, const std::optional<InstanceRecord>& record) const;
  bool runs(const Tree& tree) const;
  void clear_leftovers(const InstanceId& instance);
  void tell_end(const InstanceId& instance);
  Result<> launch(const InstanceId& instance, const LaunchSpec& spec);
  Result<Program> program_for(const LaunchSpec& spec) const;
  // Errors: why instances can have no networks of their own here.
  Result<> try_network() const;
  void look_for_networks();
  Result<> try_own_users(const SupervisorOptions::OwnUsers& wanted) const;
  void look_for_own_users(const SupervisorOptions::OwnUsers& wanted);
  HowKept how_kept() const;
  Limits limits_for(const LaunchSpec& spec, const std::filesystem::path& cgroup) const;
  // What people should know that instances have not got here.
  void note_lack(const std::string& lack);
  void adopt(const InstanceId& id);
  void end_for_its_log(const InstanceId& id, std::int64_t grown);
  Result<> await_program(const InstanceId& instance, InstanceRecord& record,
                         std::int64_t log_start);
  // Waits for the end of what was started, or ends it.
  Result<int> follow(const InstanceId& run, const OneRun& what);
  void signal_program(const Tree& tree, int signal_number) const;

  InstanceStore store_;
  RuntimeInfo info_;
  std::optional<UserIds> user_;  // only when we are root
  const Limits limits_ = default_limits();
  std::shared_ptr<const Sandbox> sandbox_;  // null where there is none
  std::shared_ptr<const Confinement> confinement_;
  std::unique_ptr<TreeControl> control_;
  bool own_networks_ = false;  // else all are in the host's
  Networks networks_;
  std::mutex locks_mutex_;
  std::map<InstanceId, std::shared_ptr<std::mutex>> locks_;  // one act on an instance at a time
  std::mutex listener_mutex_;
  std::function<void(const InstanceId&)> listener_;  // guarded by listener_mutex_
  std::unique_ptr<ExitWatcher> watcher_;             // its thread uses the rest
  std::unique_ptr<OutputWatch> output_watch_;        // last: as that, and the watcher
};

}  // namespace slip
