#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/source.h"
#include "ports/runtime.h"

namespace slip {

struct AdapterInfo {
  std::string kind;                // "postgresql", "files"
  bool recovers = false;           // a database: starts sooner from a cleanly shut down copy
  bool keeps_log = false;          // beside its data, so that any moment of it can be gone back to
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
};

// One source on one branch: where its data is, what it is called, and what it may use.
struct InstanceContext {
  InstanceId id;
  std::string source_name;          // in the template
  SourceConfig config;              // the source's, with the template's settings laid over it
  std::filesystem::path directory;  // its own directory in the branch's volume
  std::uint16_t port = 0;           // 127.0.0.1, chosen for it; 0 if it needs none
  Login login;
  std::vector<Sibling> siblings;  // those that start before it, ready
};

// How to reach a running source, in the formats that people paste.
struct Connection {
  std::string url;                             // "postgresql://user:password@host:port/database"
  std::map<std::string, std::string> formats;  // "psql", "jdbc", "env", ...
};
BOOST_DESCRIBE_STRUCT(Connection, (), (url, formats))

// Told how far a long piece of work is; throws nothing. Returns false when the work shall stop
// (the operation was canceled): the adapter then ends with `canceled`.
using Progress = std::function<bool(std::string_view what, std::optional<double> fraction)>;

struct IngestRequest {
  SourceConfig config;
  std::filesystem::path directory;  // empty, or (`incremental`) what the last ingest left there
  Progress progress;
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

  // Where the running source is now; its mark too, where the source can tell. Errors:
  // `unavailable`.
  virtual Result<DataPosition> position(const InstanceContext& instance) const = 0;

  // These two are for adapters that `keeps_log`.
  //
  // Gets a fresh clone, not started yet, ready to go on to `until`: when it is started next it
  // replays the log, and `ready` succeeds when its data is exactly that of `until`, what was
  // committed in that very millisecond included. `later` is this source's directory in a later
  // snapshot of the same line of data, to read only; its log must reach `until`. Idempotent.
  // Errors: `out_of_range` (the log does not lead from here to there), `no_space`.
  virtual Result<> replay(const InstanceContext& instance, const std::filesystem::path& later,
                          Timestamp until) const {
    (void)instance, (void)later, (void)until;
    return Error{.code = ErrorCode::unsupported, .message = info().kind + " keeps no log"};
  }
  // Deletes what the log holds of before `keep_since`. The instance may run.
  virtual Result<> trim_log(const InstanceContext& instance, Timestamp keep_since) const {
    (void)instance, (void)keep_since;
    return {};
  }

  // How long a stop in good order may take before it is killed.
  virtual Duration stop_patience() const = 0;

  // What goes into the environment of its siblings' applications. Pure.
  virtual Sibling as_sibling(const InstanceContext& instance) const = 0;

  // The address for people, given the host and port they see. Pure. Nothing if there is none.
  virtual std::optional<Connection> connection(const InstanceContext& instance,
                                               std::string_view host, std::uint16_t port) const = 0;
};

}  // namespace slip
