// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/quota.h"
#include "domain/run_settings.h"

namespace slip {

// How to run one process tree. Made by an adapter, carried out by the Runtime.
// Whether somebody waits for what an instance does.
enum class Urgency { normal, background };
BOOST_DESCRIBE_ENUM(Urgency, normal, background)

// What all that runs in one container may use together.
struct TogetherLimits {
  std::uint32_t container = 0;  // its number
  RunLimits limits = {};
};
BOOST_DESCRIBE_STRUCT(TogetherLimits, (), (container, limits))

struct LaunchSpec {
  std::vector<std::string> argv;                     // argv[0] is an absolute path
  std::map<std::string, std::string> env = {};       // the whole environment; nothing is inherited
  std::filesystem::path working_directory = {};      // inside `writable`
  std::vector<std::filesystem::path> writable = {};  // the only places it may see and write
  std::vector<std::filesystem::path> readable =
      {};  // beyond the system's programs, what it may read
  // One of `writable`, which a sandbox shows at kHome (ports/confinement.h) too; a working
  // directory below it is there. Empty: none.
  std::filesystem::path home = {};
  // Symbolic links that a sandbox has besides, by where they lie: at absolute paths where nothing
  // else is that it shows, none of them below another.
  std::map<std::string, std::string> links = {};
  int stop_signal = 15;               // asks it to end cleanly
  Urgency urgency = Urgency::normal;  // in the background: only what others leave it of the machine
  // Those of one volume share a network in which there is only what they offer each other. Empty,
  // or where the machine refuses such networks: the host's.
  VolumeId network = {};
  RunLimits limits = {};
  // Counted with all others of its container, as far as the machine can (RuntimeInfo::how_kept);
  // else as far as each process can be bounded. Nothing: by itself.
  std::optional<TogetherLimits> together = {};
  // The id of a user of its own to run as, to whom files of the instances' user look like his own.
  // Nothing, or where the machine has no such mounts: the instances' user.
  std::optional<std::uint32_t> user = {};
};
BOOST_DESCRIBE_STRUCT(LaunchSpec, (),
                      (argv, env, working_directory, writable, readable, home, links, stop_signal,
                       urgency, network, limits, together, user))

enum class InstanceState {
  absent,  // never started here, or stopped and forgotten
  running,
  frozen,
  exited,  // ended by itself; exit_status says how
};
BOOST_DESCRIBE_ENUM(InstanceState, absent, running, frozen, exited)

struct InstanceStatus {
  InstanceState state = InstanceState::absent;
  std::optional<int> exit_status;  // as a shell shows it: code, or 128 + signal; unknown if adopted
  VolumeId network = {};           // that it is in; empty: the host's
  std::optional<std::uint32_t> user = {};  // LaunchSpec::user, where that is who it runs as
};

// A program that is run once, confined as an instance is.
struct OneRun {
  LaunchSpec spec;
  std::string program = {};  // the program's content; empty: it is the file argv[0]
  Duration time_limit{60'000};
  std::size_t output_max = 64 << 10;      // bytes kept of what it says: its end
  std::function<bool()> keep_going = {};  // asked several times a second; false: end it
};

struct RunOutcome {
  int exit_status = 0;  // as a shell shows it: code, or 128 + signal
  std::string output;   // standard output and error as they came
};

enum class Isolation { sandbox, none };
BOOST_DESCRIBE_ENUM(Isolation, sandbox, none)

struct RuntimeInfo {
  Isolation isolation = Isolation::none;
  std::string isolation_reason;  // why not sandboxed, or what the sandbox lacks; empty: nothing
  std::string control;           // "cgroup2", "process group"
  bool own_users = false;        // programs can run as LaunchSpec::user
  HowKept how_kept = {};         // the limits of LaunchSpec::together
};

// Runs instances: process trees that outlive the daemon. A new Runtime over the same state
// directory finds and adopts what an earlier one started. Thread-safe.
class Runtime {
 public:
  virtual ~Runtime() = default;

  virtual RuntimeInfo info() const = 0;

  // Called, on any thread, when an instance has ended, by itself or stopped; must return quickly
  // and call nothing of this. The last one given is told; empty: nobody.
  virtual void on_end(std::function<void(const InstanceId&)> listener) = 0;

  // Starts the process tree, with its output appended to the instance's log. Returns when it has
  // been started, not when it answers. Succeeds and changes nothing if it runs already.
  // Errors: `failed` (cannot be executed; the log says why), `unavailable`.
  virtual Result<> start(const InstanceId& instance, const LaunchSpec& spec) = 0;

  virtual Result<InstanceStatus> status(const InstanceId& instance) = 0;

  // Waits until it is no longer running, at most `patience`. Errors: `timed_out`.
  virtual Result<> wait_exit(const InstanceId& instance, Duration patience) = 0;

  // What runs in the container may use so much together from now on, as far as that can be changed
  // while it runs (Kept::at_once). Nothing needs to run.
  virtual Result<> limit(const TogetherLimits& together) = 0;

  // Stops every process of the tree from running, at one instant as nearly as the kernel can; it
  // is frozen when this returns. Succeeds if it is frozen or not running.
  virtual Result<> freeze(const InstanceId& instance) = 0;
  virtual Result<> thaw(const InstanceId& instance) = 0;

  // Ends the whole tree and forgets it: its stop signal first, and after `grace` a kill; a grace of
  // zero kills at once, also a frozen one. When it returns no process of the tree is left.
  // Succeeds if there is none. The log is kept.
  virtual Result<> stop(const InstanceId& instance, Duration grace) = 0;

  // Runs a program to its end and forgets it, its log included; `run` is an id of its own. Whatever
  // its exit status, that is a success. Where `program` is given, only this run can see it, and
  // argv[0] is a name for it. When this returns no process of the tree is left. If the daemon dies
  // meanwhile the program goes on, as an instance would, until `stop` or the next run under its id.
  // Errors: `failed` (cannot be executed), `timed_out` and `canceled` (`detail` has what it said
  // until then), `unavailable`.
  virtual Result<RunOutcome> run_once(const InstanceId& run, const OneRun& what) = 0;

  // A connection to 127.0.0.1:port in the network of an instance, on its way, as a socket that is
  // not blocking and not inherited by programs. Errors: `not_found` (the instance was not started),
  // `unavailable`.
  virtual Result<UniqueFd> begin_connect(const InstanceId& instance, std::uint16_t port) = 0;

  // Every instance that was started and not stopped, running or not.
  virtual Result<std::vector<InstanceId>> list() = 0;

  // The last `bytes` of its log; empty if there is none. A log that grows large is cut down to its
  // newest part by the runtime itself; what is written in that moment may be missing.
  virtual Result<std::string> log(const InstanceId& instance, std::size_t bytes) = 0;
  // Waits until its log has another size than `seen` (bytes), at most `patience` and perhaps less:
  // whoever waits for something of a program may look again when that has said something. Returns
  // the size that the log has then; 0 if there is none.
  virtual std::int64_t await_output(const InstanceId& instance, std::int64_t seen,
                                    Duration patience) = 0;
  // Deletes the log of an instance that is not running.
  virtual Result<> forget_log(const InstanceId& instance) = 0;
};

// A port on 127.0.0.1 in an instance's network.
struct Target {
  InstanceId instance;
  std::uint16_t port = 0;

  bool operator==(const Target&) const = default;
};

// A stable address of a container. `target` is nothing while the active branch has no instance.
struct Endpoint {
  std::uint16_t port = 0;
  std::optional<Target> target;
};

// Forwards TCP connections from stable ports to whichever instance is behind them now.
// Thread-safe. State is not kept: after a restart the caller opens all endpoints again.
class Endpoints {
 public:
  virtual ~Endpoints() = default;

  // Listens on `port`, forwarding to `target`; with no target, new connections are accepted and
  // closed. Succeeds if the port is open already, and leads it to `target`: existing connections
  // to another target are cut. Errors: `already_exists` (another program has the port).
  virtual Result<> open(std::uint16_t port, const std::optional<Target>& target) = 0;

  // The target is being started, and ports will be led to it: what that takes is prepared while it
  // starts, and whoever leads them has less to wait for. No port needs to be open.
  virtual void expect(const Target& target) = 0;

  // Cuts existing connections and lets new ones wait. They wait until `release` or `close`.
  // Succeeds if it is held already, or not open.
  virtual Result<> hold(std::uint16_t port) = 0;

  // Leads the port to `target`; connections that waited go there. Errors: `not_found` (not open).
  virtual Result<> release(std::uint16_t port, const std::optional<Target>& target) = 0;

  // Cuts all connections and stops listening. Succeeds if it is not open.
  virtual Result<> close(std::uint16_t port) = 0;

  // True if nothing on this machine listens on the port and we could.
  virtual bool available(std::uint16_t port) = 0;
};

}  // namespace slip
