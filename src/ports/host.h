// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/operation.h"
#include "domain/volume_spec.h"
#include "ports/adapter.h"
#include "ports/storage_driver.h"

namespace slip {

// Ids of users, and of their groups of the same number.
struct IdRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// What a host can do for what runs on it.
struct HostInfo {
  RuntimeInfo runtime;
  // Container n runs as user `first` + n, what belongs to no container as `first`. Nothing: all as
  // one user.
  std::optional<IdRange> container_users = {};
};

// The number of what belongs to no container: sources, and templates that are being made ready.
inline constexpr std::uint32_t kNobodys = 0;

// Whom programs run as on data of the container with that number; nothing: all as one user. Errors:
// `unavailable` (there are fewer users).
inline Result<std::optional<std::uint32_t>> own_user(const HostInfo& host, std::uint32_t number) {
  const auto& range = host.container_users;
  if (!range || !host.runtime.own_users) return std::optional<std::uint32_t>();
  if (number <= range->last - range->first) return std::optional(range->first + number);
  return Error{.code = ErrorCode::unavailable,
               .message = fmt::format("no user from {} to {} is left for the container",
                                      range->first, range->last),
               .hint = "Give containers more users: slipstreamd --container-users."};
}

// What to do for one step of an operation, and all that has to be known for it: whoever carries it
// out looks nothing up. Of what the step does not need, nothing.
struct Order {
  OperationId operation;
  std::size_t number = 0;  // of the step in the operation, from 0
  // Of the operation's owner: whoever takes it over from another has a later one. Orders of an
  // earlier generation than one already seen of the operation are refused.
  std::uint64_t generation = 0;
  std::string words = {};  // the operation's, for the log
  Step step = {};
  VolumeSpec volume = {};                   // what is on the step's volume
  bool is_being_made = false;               // that volume: nobody uses it
  std::optional<std::uint32_t> owner = {};  // of the volume that it makes: a container, by number
  SelfDescription about = {};               // of the volume or snapshot that it makes
  std::optional<Source> follows = {};       // that is kept up with production on the volume
  std::optional<Point> point = {};          // whose data it keeps
  bool opens_endpoints = false;             // they are of a container that is being made
  bool is_answered = false;  // of a RunHooks to take back: the moment that ends it has come
};

// Says whether to go on; false ends a wait with `canceled`.
using KeepGoing = std::function<bool()>;

// Says what is on a volume that is going to be started: with ports that are free, and the login
// that its container has today. It is asked again, for other ports, where another program takes one
// between the choice and the start.
using ToStart = std::function<Result<VolumeSpec>()>;

// What a host may ask and tell while it carries an order out.
struct OrderTalk {
  ToStart to_start = {};  // of the order's volume
  KeepGoing keep_going;
  std::function<void(std::string_view)> progress;  // words for people
  std::function<void(HookRun)> hook_ran;           // for the step's record, whatever becomes of it
};

// Questions about what is on a volume, each with what answers it.

// Whether each of its sources that has a process is running.
struct AskAllRunning {
  using Answer = bool;
};
// How the source that is kept up with production on it is doing. Errors: `unavailable`.
struct AskFollowState {
  using Answer = FollowState;
};
// Where each source is, by name. One that does not run has the time `now` and no position.
struct AskPositions {
  using Answer = std::map<std::string, DataPosition>;
  Timestamp now;
};
// How many bytes of log there are between two positions of its sources, by their names.
struct AskLogBetween {
  using Answer = std::int64_t;
  std::map<std::string, DataPosition> from;
  std::map<std::string, DataPosition> to;
};
// Data of its sources that no snapshot of the volume would have: a sentence each.
struct AskLeftOut {
  using Answer = std::vector<std::string>;
};
// What whoever uses a running source should know: such data, and why its address lets nobody in.
// May take as long as a server takes to answer. Errors: `unavailable`.
struct AskNotes {
  using Answer = std::vector<std::string>;
  std::string source;
};
enum class ShowPassword { no, yes };
// How to reach a source through its endpoint; nothing if it has no address.
struct AskConnection {
  using Answer = std::optional<Connection>;
  std::string source;
  std::string host;
  std::uint16_t port = 0;
  ShowPassword show = ShowPassword::no;
};
using HostQuestion = std::variant<AskAllRunning, AskFollowState, AskPositions, AskLogBetween,
                                  AskLeftOut, AskNotes, AskConnection>;
using HostAnswer = std::variant<bool, FollowState, std::map<std::string, DataPosition>,
                                std::int64_t, std::vector<std::string>, std::optional<Connection>>;

// A volume as it is wanted on a host.
struct Wanted {
  VolumeId volume;
  std::string whose;                       // for the log: "branch main of qa"
  bool runs = true;                        // false: nothing of it
  StartWhat what = StartWhat::everything;  // where it runs
  int rank = 0;                            // the lowest is begun first

  bool operator==(const Wanted&) const = default;
};

// Those who decide about what is kept running, asked on any thread while it is done.
struct KeepingRules {
  std::function<Result<VolumeSpec>(const VolumeId&)> spec;
  // Whether it is still wanted so, and to be done now: a start takes long, and whoever changes a
  // volume is left alone. If not it is asked again in a second.
  std::function<bool(const Wanted&)> is_wanted_now;
  // Whether what is started could go on. If not it is asked again in a second.
  std::function<bool(const Wanted&)> has_room;
  // Starts what does not run of it. Errors: what is logged.
  std::function<Result<>(const Wanted&, const KeepGoing&)> start;
  // Told of an exception that nobody was to throw, which ends one try.
  std::function<Error(std::string_view what, std::string_view thrown)> unexpected;
};

// Keeps what is on a host as it is wanted: starts what does not run, stops what is not to, several
// volumes side by side. It looks at a volume when it is new, or wanted otherwise, when something on
// it has ended, and at all of them when told to. What fails is tried again after a pause that
// doubles, up to a minute. Its end is that of what it begins. Thread-safe.
class Keeping {
 public:
  virtual ~Keeping() = default;  // ends

  // So many volumes at a time from now on.
  virtual void begin(unsigned hands) = 0;
  // When it returns nothing is being started or stopped any more.
  virtual void end() = 0;

  // All that this is to look after. Volumes that are not named are left as they are.
  virtual void want(const std::vector<Wanted>& all) = 0;
  virtual void look_at_all() = 0;
  // The same without waiting for any pause: what kept them from being so is over.
  virtual void try_all_now() = 0;

  // Does what is to be done now, in the caller's thread, and returns when that is nothing.
  virtual void settle() = 0;
};

// One machine that runs databases and applications, as whoever decides what runs there sees it: it
// carries orders out, keeps running what is to run, leads ports to it, and answers questions. It is
// told what is on a volume, and looks nothing up. Thread-safe.
class Host {
 public:
  virtual ~Host() = default;

  virtual HostInfo info() const = 0;

  // Orders. Both are idempotent by operation and number: after a crash, or where an answer was
  // lost, the same is ordered again, whatever had come of it by then. Steps that change the catalog
  // or the routes alone are not ordered. Errors: `superseded` (nothing was done); `canceled`; those
  // of what the step does. After a failure it may be half done: take it back, or order it again.
  virtual Result<StepFindings> carry_out(const Order& order, const OrderTalk& talk) = 0;
  // What it had made in the pool is doomed by whoever ordered it, and not here.
  virtual Result<> take_back(const Order& order, const OrderTalk& talk) = 0;

  // What runs.

  // One at a time; it must not outlive the host.
  virtual std::unique_ptr<Keeping> keep(KeepingRules rules) = 0;
  // Starts what `to_start` says is on the volume, in its order, each group when the one before
  // answers; what runs already is left alone. Errors: of the source's kind; `failed` with its log
  // when one ends by itself; `timed_out` with its log when one does not answer in time; `canceled`.
  // After a failure some may be running.
  virtual Result<> start(const ToStart& to_start, StartWhat what, const KeepGoing& keep_going) = 0;
  // Ends everything that runs here: on these volumes cleanly, one after the other, and then the
  // rest at once. Goes on past what fails. Errors: the first failure.
  virtual Result<> stop_all(const std::vector<VolumeSpec>& volumes) = 0;
  // Ends what runs on a volume at once, and forgets what it said: the volume is going to be
  // destroyed. Idempotent; the volume need not be there.
  virtual Result<> let_go(const VolumeSpec& volume) = 0;
  // What runs in the container may use so much together from now on. Errors: of Runtime::limit.
  virtual Result<> limit(const TogetherLimits& together) = 0;

  // Where ports lead. State is not kept: after a restart all are led anew.

  // Opens the port, if it is not, and leads it there; connections that waited go there. Errors:
  // `already_exists` (another program has the port).
  virtual Result<> lead(std::uint16_t port, const std::optional<Target>& target) = 0;
  // Cuts all connections and stops listening. Succeeds if it is not open.
  virtual Result<> close(std::uint16_t port) = 0;
  // True if nothing on this machine listens on the port and we could.
  virtual bool is_free(std::uint16_t port) = 0;

  // What is known of what runs.

  // Every instance that was started and not stopped, running or not.
  virtual Result<std::vector<InstanceId>> list() = 0;
  virtual Result<InstanceStatus> status(const InstanceId& instance) = 0;
  // The last `bytes` of what it said; empty if there is none.
  virtual Result<std::string> log(const InstanceId& instance, std::size_t bytes) = 0;
  template <class Question>
  Result<typename Question::Answer> ask(const VolumeSpec& volume, const Question& question) {
    auto answer = TRY(answer_to(volume, question));
    return std::get<typename Question::Answer>(std::move(answer));
  }

  // Databases' logs.

  // For those of the volume's sources whose logs do not tell everything by themselves.
  virtual Result<std::map<InstanceId, std::unique_ptr<LogWatch>>> watch_logs(
      const VolumeSpec& volume) = 0;
  // Deletes what the databases' logs on the volume hold from before that time.
  virtual Result<> trim_logs(const VolumeSpec& volume, Timestamp keep_since) = 0;

  // Takes away what following has left at the origin, but for what one of the `others` uses, the
  // sources that there are. Succeeds if the source follows nothing, or its kind is not there any
  // more. Errors: of Following::leave_origin.
  virtual Result<> leave_origin(const SourceConfig& config,
                                const std::vector<SourceConfig>& others) = 0;

 protected:
  // The alternative that the question names as its Answer.
  virtual Result<HostAnswer> answer_to(const VolumeSpec& volume, const HostQuestion& question) = 0;
};

}  // namespace slip
