// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/server_versions.h"
#include "adapters/mariadb/session.h"
#include "adapters/mariadb/settings.h"
#include "base/result.h"
#include "ports/confinement.h"

namespace slip::mariadb {

// What a server of ours runs on, and how.
struct ServerPlace {
  ServerVersion version;
  Layout layout;
  Settings settings;
  RunUser user;
  std::shared_ptr<const Confinement> confinement;

  // What programs that work on it may see: the source's directory, and their installation.
  ConfinedPlaces places() const;
};

// A server over a data directory that is being made: unix socket only, in a folder nobody else
// enters, without binary log, and syncing little: sync the file system after `stop`. Makes sure
// that our own user and the role that marks containers' logins exist, whatever the directory had.
// It has ended when this object is gone.
class PrivateServer {
 public:
  // `keep`: it goes on with the directory's own binary log, which also tells which transactions
  // were committed when the server that wrote it was cut off. `carry_out`: it does so too, and
  // takes whatever a log has, which was taken once.
  enum class BinaryLog { none, keep, carry_out };
  // Returns when it answers. `keep_going` is asked now and then; false: `canceled`.
  // Errors: `failed` (it does not start; detail has its log), `precondition_failed` (in the place
  // of a file is what it would wait for), `canceled`, `timed_out`.
  static Result<PrivateServer> start(const ServerPlace& place,
                                     const std::function<bool()>& keep_going,
                                     BinaryLog log = BinaryLog::none);

  PrivateServer(PrivateServer&&) noexcept;
  ~PrivateServer();  // killed, leaving the directory as after a crash, if it was not stopped

  Result<Session> session() const;
  // For client programs, to come in as our own user.
  std::vector<std::string> client_arguments() const;
  std::map<std::string, std::string> client_environment() const;
  // What they may see: its socket, and their installation.
  ConfinedPlaces client_places() const;

  // Shuts down cleanly, leaving as little to do as can be for servers on copies.
  // Errors: `failed`.
  Result<> stop();

 private:
  struct Process;
  explicit PrivateServer(std::unique_ptr<Process> process);

  std::unique_ptr<Process> process_;
};

}  // namespace slip::mariadb
