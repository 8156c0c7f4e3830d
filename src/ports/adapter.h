// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/source.h"
#include "domain/volume_spec.h"
#include "ports/runtime.h"

namespace slip {

struct AdapterInfo {
  std::string kind;                // "postgresql", "files"
  bool recovers = false;           // a database: starts sooner from a cleanly shut down copy
  bool stops_whole = false;        // what it leaves when it ends cleanly lacks nothing
  std::vector<std::string> notes;  // e.g. "PostgreSQL 15.18 in /usr/lib/postgresql/15/bin"
};

// The container's login to a source; the same on all its branches.
struct Login {
  std::string user;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Login, (), (user, password))

// A sibling source of the same branch, as an application sees it: `env` names as they go into the
// application's environment, without the prefix ("HOST", "PORT", "URL", ...).
struct Sibling {
  std::string name;
  std::map<std::string, std::string> env;
  // For programs that are hooks, by names as they stand: what keeps limits that were set for people
  // from ending them. Where sources differ in a value, the shortest is what all of them know.
  std::map<std::string, std::string> hook_env = {};
};

// How a source that follows production is doing.
enum class FollowHealth {
  following,     // connected, and nearly at production's newest change
  catching_up,   // connected, further behind
  disconnected,  // production does not answer, or not to us; it goes on by itself once it does
  lost,          // it cannot go on from where it is: it has to be seeded anew
};
BOOST_DESCRIBE_ENUM(FollowHealth, following, catching_up, disconnected, lost)

// What is not known is nothing. All times are by this machine's clock.
struct FollowState {
  FollowHealth health = FollowHealth::disconnected;
  std::string position;  // what is applied here, in the source's own log
  // When production committed the newest change applied; about then while it is connected, and by
  // production's clock where clock_ahead_ms is not known.
  std::optional<Timestamp> data_time;
  std::optional<std::int64_t> lag_ms;          // for how long production has had what is not here
  std::optional<std::int64_t> lag_bytes;       // of log that production has and is not applied here
  std::optional<std::int64_t> clock_ahead_ms;  // production's clock before this machine's
  std::optional<std::int64_t> kept_bytes;      // of log that production keeps for us (in a slot)
  std::string problem;                         // one sentence; empty: none
  std::string hint;                            // what to do about it
};
BOOST_DESCRIBE_STRUCT(FollowState, (),
                      (health, position, data_time, lag_ms, lag_bytes, clock_ahead_ms, kept_bytes,
                       problem, hint))

// What copies of a running source's directory would not have of what it has now, in words for
// people ("the rows of the unlogged table public.cache").
struct Lacks {
  std::vector<std::string> as_it_runs;    // made now, as a power cut would leave it
  std::vector<std::string> once_stopped;  // made after it has ended cleanly
};

// How much a source is to write out of what it has in memory.
enum class WriteOutHow {
  if_quiet,  // where that takes a moment only, since nobody uses it and it has little to write
  all,
};

// How what ran in a directory has ended.
enum class Ending { in_good_order, otherwise };

// One source on one branch: where its data is, what it is called, and what it may use.
struct InstanceContext {
  InstanceId id;
  std::string source_name;          // in the template
  SourceConfig config;              // the source's, with the template's settings laid over it
  std::filesystem::path directory;  // its own directory in the branch's volume
  // A directory of this source's on this volume that only we can enter, and what runs in its
  // sandbox cannot see. Of this volume alone: snapshots and clones do not have what is in it. What
  // we must believe lies there; what lies in `directory` may have been changed by anybody.
  std::filesystem::path trusted;
  std::uint16_t port = 0;  // 127.0.0.1, chosen for it; 0 if it needs none
  Login login;
  std::vector<Sibling> siblings;  // those that start before it, ready
  Reach reach = Reach::everybody;
  Purpose purpose = Purpose::work;
  // The id of the user that it runs as, where that is its own (LaunchSpec::user).
  std::optional<std::uint32_t> user = {};
  // A connection to its port, as Runtime::begin_connect; nobody else's is known to lead there.
  std::function<Result<UniqueFd>()> connect = {};
};

// How to reach a running source, in the formats that people paste.
struct Connection {
  std::string url;                             // "postgresql://user:password@host:port/database"
  std::map<std::string, std::string> formats;  // "psql", "jdbc", "env", ...
};
BOOST_DESCRIBE_STRUCT(Connection, (), (url, formats))

// Told how far a long piece of work is; throws nothing. Returns false when the work is to stop
// (the operation was canceled): the adapter then ends with `canceled`.
using Progress = std::function<bool(std::string_view what, std::optional<double> fraction)>;

struct IngestRequest {
  SourceConfig config;
  std::filesystem::path directory;  // empty, or (`incremental`) what the last ingest left there
  std::filesystem::path trusted;    // as InstanceContext::trusted
  Progress progress;
  std::optional<std::uint32_t> user = {};  // as InstanceContext::user
};

// Statements in the language of the source, as one would give them to its own shell.
struct SqlScript {
  std::string text;
  Duration time_limit{60'000};
  std::size_t output_max = 64 << 10;      // bytes kept of what it says: its end
  std::function<bool()> keep_going = {};  // asked several times a second; false: end it
};

// Looks on as a running source writes its log. Keeps what it has opened; not thread-safe.
class LogWatch {
 public:
  virtual ~LogWatch() = default;

  // To be called twice a second, just before it begins and just after. Quick, and nobody waits for
  // it. Errors are no reason not to call again.
  virtual Result<> look() = 0;
  // To be called once a second after a look, when all are through. May ask the source itself, which
  // may take a while.
  virtual Result<> ask() = 0;
};

// Of kinds that keep a log beside their data, so that any moment of it can be gone back to.
class LogReplay {
 public:
  virtual ~LogReplay() = default;

  // The log tells moments so far apart from each other. Pure.
  virtual Duration log_grain() const = 0;

  // Gets a fresh clone, not started yet, ready to go on to `until`: when it is started next it
  // replays the log, and `ready` succeeds when its data is exactly that of `until`, what was
  // committed in that very millisecond included; where `log_grain` is longer, `until` is a multiple
  // of it, and what was committed from then on is not. It may also do so at once. `later` is this
  // source's directory in a later snapshot of the same line of data, to read only; its log must
  // reach `until`. Idempotent. Errors: `out_of_range` (the log does not lead from here to there),
  // `no_space`, `canceled`.
  virtual Result<> replay(const InstanceContext& instance, const std::filesystem::path& later,
                          Timestamp until, const Progress& progress) const = 0;
  // A replay has ended by itself; `log` is the end of what it said. True: started once more, it
  // gets further. Idempotent.
  virtual Result<bool> replays_again(const InstanceContext& instance,
                                     const std::string& log) const = 0;
  // Bytes of log between two positions of one line of data, `from` before `to`; as far as they tell
  // it. As many as can be where the later has what no log has: only points lead there. Pure.
  virtual std::int64_t log_between(const DataPosition& from, const DataPosition& to) const = 0;
  // For kinds whose log does not say by itself when what it has was committed, or does not have all
  // that was. Nothing: it does.
  virtual Result<std::unique_ptr<LogWatch>> watch_log(const InstanceContext& instance) const = 0;
  // Deletes what the log holds from before `keep_since`. The instance may run.
  virtual Result<> trim_log(const InstanceContext& instance, Timestamp keep_since) const = 0;
};

// Of kinds that can follow production. `ingest` seeds a source whose configuration says so; an
// instance with Purpose::follow then keeps it up, `catch_up` and `detach` make syncs of it.
// Production is never endangered: besides the replication, one short connection at a time, and
// nothing is left there but what the configuration asks for.
class Following {
 public:
  virtual ~Following() = default;

  // True if this configuration says to follow. Pure.
  virtual bool follows(const SourceConfig& config) const = 0;

  // How the running follower is doing; `log` is the end of what it has said. Asks production only
  // where nothing else tells. Quick, also when production does not answer. Errors: `unavailable`
  // (the follower itself does not answer).
  virtual Result<FollowState> follow_state(const InstanceContext& instance,
                                           const std::string& log) const = 0;
  // Returns when the running follower has applied all that there is to have of production: a time,
  // by this machine's clock, that it had been called after, or where only an archive is followed,
  // that its newest change is of; everything that production had committed by then is here. Errors:
  // `unavailable` (production does not answer), `precondition_failed` (the follower has to be
  // started again), `timed_out`, `canceled`.
  virtual Result<Timestamp> catch_up(const InstanceContext& instance,
                                     const Progress& progress) const = 0;
  // Makes of a clone of a follower's directory, offline, what `ingest` leaves for a source that
  // does not follow: it no longer knows production's address or password, and our own login is
  // there; it is of the time that `replay` has led to, if it has. The same errors and effects as
  // `ingest`. Followers keep their log as branches do.
  virtual Result<DataPosition> detach(const IngestRequest& request) const = 0;
  // Takes away what following has left at the origin, but for what one of the `others` uses, the
  // sources that there are. Succeeds if there is nothing.
  virtual Result<> leave_origin(const SourceConfig& config,
                                const std::vector<SourceConfig>& others) const = 0;
};

// Of kinds that run SQL.
class SqlScripts {
 public:
  virtual ~SqlScripts() = default;

  // Carries the script out in the running source, in the database that connections lead to, with
  // every right there is; gives back what the statements said. It has ended when this returns, also
  // after a failure; what it had not committed by then is undone.
  // Errors: `failed` (a statement was refused), `timed_out`, `canceled` (`detail` of these has what
  // was said until then), `unavailable`.
  virtual Result<std::string> run_sql(const InstanceContext& instance,
                                      const SqlScript& script) const = 0;

  // The script that keeps of a database the rows that fulfil a condition, by table (`true`: all of
  // a table's); rows of other tables that belong to kept ones, since they reference them and none
  // that is not kept; and everything that all these reference. What else there is in the tables
  // concerned is deleted, and rows of others that would reference what is deleted. All or nothing.
  // Pure. Errors: `invalid_argument`.
  virtual Result<std::string> subset_script(
      const std::map<std::string, std::string>& condition_by_table) const = 0;
};

// Of kinds whose data can be masked: by hooks at that moment, or by a subset of it.
class Masking {
 public:
  virtual ~Masking() = default;

  // What was overwritten or deleted in the running source since then can no longer be found in its
  // directory, once it has been stopped cleanly: not in its pages, logs or statistics. All
  // that is asked of the instance afterwards is to stop; it may have ended already.
  // Errors: `canceled`, `unavailable`, `failed`, `no_space`.
  virtual Result<> forget_the_past(const InstanceContext& instance, Timestamp since,
                                   const std::function<bool()>& keep_going) const = 0;
};

// Of kinds whose indexes are in the order that this machine's libraries put text in. Where another
// version of those has written them, an index may miss rows, or take the same value twice.
class TextOrder {
 public:
  virtual ~TextOrder() = default;

  // What of the running source may be in another order than this machine's: a sentence each. Quick.
  virtual Result<std::vector<std::string>> doubts(const InstanceContext& instance) const = 0;
  // Builds those indexes again, in a clone of what `ingest` or `detach` left; nothing runs there.
  // Gives back what is in doubt still. Idempotent. Errors: `no_space`, `canceled`.
  virtual Result<std::vector<std::string>> sort_anew(const IngestRequest& request) const = 0;
};

// Something that a dump needs of the machine that it is loaded on, or of the copy.
struct DumpNeed {
  std::string what;  // "extension", "role", "locale", "encoding", "program", "schema", ...
  std::string name;
  bool is_met = true;  // it is here, or is made when the dump is loaded
  std::string note;    // how it is met; empty: it is simply here
};
BOOST_DESCRIBE_STRUCT(DumpNeed, (), (what, name, is_met, note))

// Why a dump would not be loaded.
struct DumpRefusal {
  std::optional<std::int64_t> line;  // of the dump, unpacked, from 1; nothing: not of one line
  std::string message;
  std::string hint;  // what to do about it
};
BOOST_DESCRIBE_STRUCT(DumpRefusal, (), (line, message, hint))

// What a dump is, found by reading all of it.
struct DumpReport {
  std::string format;     // "plain SQL, compressed by gzip"
  std::string made_by;    // "pg_dump 17 of PostgreSQL 15"; empty: it does not say
  std::string loaded_by;  // "PostgreSQL 15.18"; empty: by none that is here
  std::int64_t bytes = 0;
  std::int64_t bytes_unpacked = 0;
  std::vector<std::string> databases;  // that it makes
  std::vector<DumpNeed> needs;
  std::vector<DumpRefusal> refusals;  // in the order of their lines; empty: it can be loaded
};
BOOST_DESCRIBE_STRUCT(DumpReport, (),
                      (format, made_by, loaded_by, bytes, bytes_unpacked, databases, needs,
                       refusals))

// Of kinds that are loaded from dumps.
class DumpCheck {
 public:
  virtual ~DumpCheck() = default;

  // Reads the dump that the configuration names, to its end, and makes nothing that stays. What a
  // server says to a statement is told where the kind can try it on one that is thrown away; to
  // rows, only when it is loaded. What the configuration itself has wrong is an error, as with
  // `validate`; what is wrong with the dump is in the report. Errors: `invalid_argument` (no dump
  // is named), `not_found`, `permission_denied`, `canceled`.
  virtual Result<DumpReport> check_dump(const SourceConfig& config,
                                        const Progress& progress) const = 0;
};

// One kind of source: how its data gets in, and how it is run and asked. Adapters keep no state;
// everything is in the data directory and the InstanceContext. All calls block and are
// thread-safe. They never start instances themselves: `launch` says how, the Runtime does it.
// Programs that `ingest` and `prepare` run have ended when they return, also after a failure.
// Errors of every call: `failed` (detail holds the output), `unavailable`, `internal`.
class Adapter {
 public:
  virtual ~Adapter() = default;

  virtual AdapterInfo info() const = 0;

  // Checks a configuration without touching anything outside this machine's installed programs.
  // Errors: `invalid_argument`, `unsupported` (a server version that is not installed; says which
  // are).
  virtual Result<> validate(const SourceConfig& config) const = 0;

  // With what it leaves open and what it names decides: the database that a dump makes. Reads
  // little, and changes nothing where that cannot be told.
  virtual SourceConfig completed(const SourceConfig& config) const { return config; }

  // True if `ingest` brings an earlier copy up to date in place; else it wants an empty directory.
  virtual bool incremental(const SourceConfig& config) const = 0;

  // Fills the directory with the source's newest data, durably, ready to be started quickly.
  // Errors: `unavailable` (does not answer), `permission_denied` (refuses the login),
  // `invalid_argument` (a broken dump), `no_space`, `canceled`. After a failure the directory holds
  // rubbish; the caller drops its volume.
  virtual Result<DataPosition> ingest(const IngestRequest& request) const = 0;

  // Makes a fresh clone of the directory this instance's own (settings, port, leftovers of the
  // instance it was copied from). Idempotent; offline; no instance is running on it.
  virtual Result<> prepare(const InstanceContext& instance) const = 0;

  // How to run it; nothing if this source has no process (plain files).
  virtual Result<std::optional<LaunchSpec>> launch(const InstanceContext& instance) const = 0;

  // One try at finding out whether it answers and is the container's to use; quick. When it first
  // succeeds, the container's login works. `unavailable`: not yet, ask again. Another error: never.
  virtual Result<> ready(const InstanceContext& instance) const = 0;

  // Everything that was acknowledged to a client is on disk, or on its way in write order, when
  // this returns; with relaxed durability too. Nothing to do for plain files.
  virtual Result<> flush(const InstanceContext& instance) const = 0;

  // Makes a copy of the running source lack less, and a stop of it shorter. Errors: `unavailable`,
  // `timed_out`.
  virtual Result<> write_out(const InstanceContext& instance, WriteOutHow how) const = 0;

  // What copies of the running source would lack. Disturbs nobody. Errors: `unavailable`,
  // `timed_out`.
  virtual Result<Lacks> lacks(const InstanceContext& instance) const = 0;

  // How the source, which does not run, ended when it ran last; what never ran ended cleanly.
  virtual Result<Ending> ending(const InstanceContext& instance) const = 0;

  // Where the running source is now; its mark too, where the source can tell. Errors:
  // `unavailable`.
  virtual Result<DataPosition> position(const InstanceContext& instance) const = 0;

  // Data of the source that lies outside of its directory, where no snapshot has it: a sentence for
  // each place, which names what is there where that can be told. Quick.
  virtual Result<std::vector<std::string>> left_out(const InstanceContext& instance) const = 0;

  // Whether whoever has the address of the running source gets in. Quick; nobody notices. Errors:
  // `not_found` (the database is not there), `permission_denied` (the login is not, or has another
  // password), `unavailable` (it does not say).
  virtual Result<> admits(const InstanceContext& instance) const = 0;

  // What keeps the source from running, which has ended by itself, where that is known: what it is,
  // where it is written, and what to do about it. `log` is the end of what it said. Reads files
  // only. Nothing: not known.
  virtual std::optional<Error> why_it_ended(const InstanceContext&, const std::string&) const {
    return std::nullopt;
  }

  // What only some kinds can do, or not on this machine: nothing where this one cannot. They live
  // as long as the adapter. Nobody takes a missing one for success: whoever needs it refuses.
  virtual const LogReplay* log_replay() const = 0;
  virtual const Following* following() const = 0;
  virtual const SqlScripts* sql_scripts() const = 0;
  virtual const Masking* masking() const = 0;
  virtual const TextOrder* text_order() const = 0;
  virtual const DumpCheck* dump_check() const = 0;

  // How long a clean stop may take before it is killed.
  virtual Duration stop_patience() const = 0;

  // What goes into the environment of its siblings' applications. Pure.
  virtual Sibling as_sibling(const InstanceContext& instance) const = 0;

  // The address for people, given the host and port they see. Pure. Nothing if there is none.
  virtual std::optional<Connection> connection(const InstanceContext& instance,
                                               std::string_view host, std::uint16_t port) const = 0;
};

}  // namespace slip
