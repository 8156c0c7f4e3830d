// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/hook.h"
#include "domain/step.h"
#include "domain/volume_spec.h"
#include "host/machine.h"

namespace slip {

// What a copy of a source lacks, in words for people; nothing: not known.
using Lacking = std::optional<std::vector<std::string>>;

// What runs on a volume: one instance for each of its sources that has a process. Every call is
// told what that is, and looks nothing up; each is idempotent and thread-safe. The tree of a volume
// is held as long as anything runs on it; what runs at this object's end goes on, its tree
// attached.
class Instances {
 public:
  explicit Instances(Machine& machine) : machine_(machine) {}
  ~Instances();
  Instances(const Instances&) = delete;
  Instances& operator=(const Instances&) = delete;

  // Holds the tree of everything that runs already, before anybody else holds any. What cannot be
  // attached is logged: it can still be ended.
  Result<> adopt();

  // Starts them in the template's order, each group when the one before answers. Instances that
  // run already are left alone. Errors: of the adapter; `failed` with the instance's log when one
  // ends by itself; `timed_out` with its log when one does not answer in time. After a failure some
  // may be running.
  Result<> start(const VolumeSpec& volume, StartWhat what, const KeepGoing& keep_going);

  // Starts what `to_start` says is on the volume, and returns that.
  Result<VolumeSpec> start(const ToStart& to_start, StartWhat what, const KeepGoing& keep_going);

  // Ends them, last started first, also those of a kind that is not there any more. After a success
  // no process of theirs is left.
  Result<> stop(const VolumeSpec& volume, StopHow how);

  // Nothing runs on the volume any more, or nobody cares: its tree is not held for it.
  void let_go(const VolumeId& volume);

  // Gets every source that keeps a log ready to go on to `until` when it is started or, a copy of
  // what follows production, detached; `later` is the tree of a snapshot whose log reaches there.
  // Errors: of the adapter; `out_of_range`.
  Result<> replay(const VolumeSpec& volume, const std::filesystem::path& later, Timestamp until,
                  const Progress& progress);

  // These are for a volume on which a source is kept up with production: as the adapter's.
  Result<FollowState> follow_state(const VolumeSpec& volume);
  Result<Timestamp> catch_up(const VolumeSpec& volume, const Progress& progress);

  // For those of the volume's sources whose logs do not tell everything by themselves.
  Result<std::map<InstanceId, std::unique_ptr<LogWatch>>> watch_logs(const VolumeSpec& volume);

  // Shortens the logs that the volume's sources keep.
  Result<> trim_logs(const VolumeSpec& volume, Timestamp keep_since);

  // How one source is when a copy of its volume is going to be made.
  struct Copyable {
    bool runs = false;
    bool answers = true;
    Lacking as_it_runs = {};    // what a copy made now lacks; of what does not run, has lost
    Lacking once_stopped = {};  // what one made after it has ended cleanly lacks
  };
  using Copyables = std::map<std::string, Copyable>;  // by source name

  // `write_out` where a copy is to lack as little as it can; `ask` where it is only to be known
  // what it lacks; `look` where nobody can wait: only what does not run is known.
  enum class Prepare { look, ask, write_out };
  // Finds out how a copy of each source would be. One that does not answer is passed over.
  Result<Copyables> prepare_copy(const VolumeSpec& volume, Prepare how);
  // Lets databases write out all that they have in memory. One that does not answer is passed over.
  Result<> write_out(const VolumeSpec& volume);

  // Everything acknowledged is on disk or on its way, and this is where each source is and what it
  // lacks. Where one does not answer it is as a power cut would leave it, which it says; but the
  // follower of a source has to answer. What does not run has the time `now` and no position.
  Result<std::map<std::string, DataPosition>> flush(const VolumeSpec& volume, Timestamp now,
                                                    const Copyables& copyables);

  // Ends what runs on the volume as `stop` does, databases cleanly in any case, and then
  // tells what each source lacks of what it had. Errors: as `stop`.
  struct Left {
    Lacking lacks = {};
    bool is_whole = false;  // it ended cleanly, or had done so before
  };
  Result<std::map<std::string, Left>> stop_whole(const VolumeSpec& volume, StopHow applications,
                                                 const Copyables& copyables);

  // Data of its sources that no snapshot of the volume would have: a sentence each, as the
  // adapters'.
  Result<std::vector<std::string>> left_out(const VolumeSpec& volume);
  // What whoever uses a running source should know: such data, and why its address lets nobody in.
  // May take as long as a server takes to answer. Errors: `unavailable`.
  Result<std::vector<std::string>> notes(const VolumeSpec& volume, const std::string& source);

  // Applications first, so that databases are asked for nothing more; then `between` runs; then
  // the databases. After a failure some may be frozen: `thaw`.
  Result<> freeze(const VolumeSpec& volume, const std::function<Result<>()>& between);
  Result<> thaw(const VolumeSpec& volume);
  // What applications have frozen stays as it is.
  Result<> thaw_databases(const VolumeSpec& volume);

  // How much log there is between two positions of the volume's sources, by source name.
  Result<std::int64_t> log_between(const VolumeSpec& volume,
                                   const std::map<std::string, DataPosition>& from,
                                   const std::map<std::string, DataPosition>& to);

  // By source name. Sources that do not run have the time `now` and no position.
  Result<std::map<std::string, DataPosition>> positions(const VolumeSpec& volume, Timestamp now);

  // What a hook may ask and tell.
  struct HookContext {
    OperationId operation;
    KeepGoing keep_going;
    std::function<void(HookRun)> ran;  // told of each that has ended
  };

  // Runs the hooks of that moment, in the order in which the sources start (before and after a
  // stop: in which they stop). Of a database that does not answer those before it is
  // saved or left are left out. At `mask`, the subset first; and what the data was before cannot be
  // found in it any more. Errors: of the first hook that failed and does not say `continue`, its
  // output in `detail`; those after it have not run.
  Result<> run_hooks(const VolumeSpec& volume, HookMoment when, const HookContext& context);
  // Ends what a hook that was interrupted may have left running.
  Result<> end_hooks(const VolumeSpec& volume);

  // How many sources the volume has.
  Result<std::size_t> sources(const VolumeSpec& volume);

  // True if each that has a process is running.
  Result<bool> all_running(const VolumeSpec& volume);

  // How to reach a source of the volume through its endpoint; nothing if it has no address.
  Result<std::optional<Connection>> connection(const VolumeSpec& volume, const std::string& source,
                                               const std::string& host, std::uint16_t port,
                                               ShowPassword show);

 private:
  // One source of a volume, ready to be handed to its adapter.
  struct Member {
    Adapter* adapter = nullptr;
    InstanceContext context = {};
    std::shared_ptr<HeldTree> tree = {};  // the volume's; null where it is not needed
    const SourceSpec* source = nullptr;
    VolumeId network = {};  // that it runs in; empty: the host's
    RunLimits limits = {};
    std::optional<TogetherLimits> together = {};
  };
  // What the hooks of one moment have in common.
  struct HookRound {
    const HookContext& context;
    std::map<std::string, std::string> env;
  };

  // A volume that was never made, or is gone, has no tree; what runs on it can still be ended.
  enum class Tree { needed, not_needed };

  Result<Member> follower(const VolumeSpec& volume);
  // What the members of a volume share.
  struct Ground {
    std::shared_ptr<HeldTree> tree = {};  // null where it is not needed
    std::string password;
    std::optional<std::uint32_t> user;
  };
  Result<Ground> ground_of(const VolumeSpec& volume, Tree need);
  // Without its siblings.
  Result<Member> member(const VolumeSpec& volume, const SourceSpec& source, const Ground& ground);
  // In starting order, siblings filled in. They last as long as `volume`.
  Result<std::vector<Member>> members(const VolumeSpec& volume, Tree tree = Tree::needed);
  // As `members`, in a network that they share.
  Result<std::vector<Member>> members_to_run(const VolumeSpec& volume);
  // True if another program has the port of an instance that does not run.
  Result<bool> lost_a_port(const VolumeSpec& volume);
  // Of a volume, with all of its members; what has none is not to be started.
  Result<> start_all(const std::vector<Member>& all, StartWhat what, const KeepGoing& keep_going);
  Result<> start_one(const Member& member, StartWhat what, const KeepGoing& keep_going);
  Result<> launch_and_wait(const Member& member, StartWhat what, const KeepGoing& keep_going);
  Result<> wait_ready(const Member& member, StartWhat what, const KeepGoing& keep_going);
  Result<> mask(const Member& member, const HookRound& round);
  Result<> mask_all(const std::vector<Member>& all, const HookRound& round);
  Result<> run_hook(const Member& member, const Hook& hook, const std::string& label,
                    const HookRound& round);
  // Whether it can be asked for something; what is no database can.
  Result<bool> answers(const Member& member);
  Result<> leave_out(const Member& member, const Hook& hook, const HookRound& round);
  Result<std::string> run_program(const Member& member, const Hook& hook, const HookRound& round);
  Result<std::string> run_sql(const Member& member, const Hook& hook, const HookRound& round);
  Result<> end_hook(const InstanceId& instance, const SourceSpec& source);
  Result<Copyable> prepare_copy(const Member& member, Prepare how);
  Result<> stop_one(const VolumeId& volume, const SourceSpec& source, Duration grace);
  Result<InstanceState> state(const Member& member);
  Error with_log(const Member& member, Error error);
  std::optional<Error> why_it_ended(const Member& member);
  void hold_for_what_runs(const VolumeId& volume, std::shared_ptr<HeldTree> tree);

  Machine& machine_;
  std::mutex mutex_;
  std::map<VolumeId, std::shared_ptr<HeldTree>> held_;  // for what runs
};

// The name of StorageDriver::trusted where one source has a volume to itself.
inline constexpr const char* kWholeVolume = "whole";

// Where a source's data lies in a branch's volume.
std::filesystem::path source_directory(const std::filesystem::path& volume,
                                       const std::string& source_name);

}  // namespace slip
