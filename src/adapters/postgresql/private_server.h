// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/server_versions.h"
#include "adapters/postgresql/session.h"
#include "base/result.h"
#include "ports/confinement.h"

namespace slip::postgresql {

// Where a private server runs, and on what.
struct PrivatePlace {
  Layout layout;
  ServerVersion version;
  RunUser user;
  std::shared_ptr<const Confinement> confinement;
  std::vector<std::filesystem::path> readable = {};  // beyond the cluster and what it replays
  std::map<std::string, std::string> links = {};     // ConfinedPlaces::links
};

// A server over a cluster that is being made: unix socket only, in a folder nobody else enters, and
// without fsync: sync the file system after `stop`. It is confined to the cluster, whatever that
// has it do. It has ended when this object is gone.
class PrivateServer {
 public:
  // Of a cluster that was not shut down cleanly: crash recovery; or, of a standby's, all log
  // that is there, on whichever timeline, and then its end.
  enum class Recovery { plain, promote };
  // Returns when it answers; with `promote` also when we have no role in it yet. `keep_going` is
  // asked now and then; false: `canceled`. Errors: `failed` (it does not start; detail has its
  // log), `canceled`, `timed_out`. `arguments` are the server's, after our own.
  static Result<PrivateServer> start(const PrivatePlace& place,
                                     const std::function<bool()>& keep_going,
                                     Recovery recovery = Recovery::plain,
                                     const std::vector<std::string>& arguments = {});

  PrivateServer(PrivateServer&&) noexcept;
  ~PrivateServer();  // at once, leaving the cluster as after a crash, if it was not stopped

  Result<Session> session() const;
  const LocalServer& address() const;
  const std::filesystem::path& socket_directory() const;

  // Shuts down cleanly. Errors: `failed`.
  Result<> stop();

 private:
  struct Process;
  explicit PrivateServer(std::unique_ptr<Process> process);

  std::unique_ptr<Process> process_;
};

}  // namespace slip::postgresql
