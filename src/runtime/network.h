// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>

#include "base/fd.h"
#include "base/result.h"
#include "domain/ids.h"

namespace slip {

// A network that has a loopback and nothing else: the programs in it reach each other, and nobody
// reaches them but through a socket that was made in it. It lives as long as a program in it or an
// object of this class. When we are not root it belongs to a user namespace, in which we stay who
// we are. Immutable.
class Network {
 public:
  // Errors: `unsupported` (refused here), `unavailable` (there are too many).
  static Result<Network> make();
  // The one that a process is in. Errors: `not_found`.
  static Result<Network> of(pid_t process);

  // A connection to 127.0.0.1:port there, on its way; not blocking, not inherited by programs.
  // Errors: `unavailable`.
  Result<UniqueFd> begin_connect(std::uint16_t port) const;

  // What a child needs to enter it before it executes a program.
  struct Door {
    int user = -1;  // -1: there is nothing to enter
    int network = -1;
  };
  Door door() const { return {user_ ? user_.get() : -1, network_.get()}; }

 private:
  explicit Network(UniqueFd network) : network_(std::move(network)) {}
  Result<> find_owner();

  UniqueFd user_;
  UniqueFd network_;
};

// The calling process, which has one thread, goes there. Async-signal-safe. False with errno set.
bool enter(const Network::Door& door);

// Which instance is in which network: those of one volume in one, made for the first of them. Once
// one was made there is always a spare one for the next, which ends with this object or our
// process. Thread-safe.
class Networks {
 public:
  // Errors: those of Network::make.
  Result<std::shared_ptr<const Network>> join(const InstanceId& instance, const VolumeId& volume);
  // An instance that runs, in the network that it runs in.
  void adopt(const InstanceId& instance, const VolumeId& volume, Network network);
  // The last to leave lets go of it.
  void leave(const InstanceId& instance);
  // Null: it joined none.
  std::shared_ptr<const Network> of(const InstanceId& instance) const;

 private:
  Result<Network> take_spare();
  void forget_empty();

  mutable std::mutex mutex_;
  std::map<InstanceId, std::shared_ptr<const Network>> members_;
  std::map<VolumeId, std::weak_ptr<const Network>> networks_;
  std::future<Result<Network>> spare_;
};

}  // namespace slip
