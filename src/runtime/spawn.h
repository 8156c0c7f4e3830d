// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/file.h"
#include "base/mapped_mount.h"
#include "base/result.h"
#include "ports/runtime.h"
#include "runtime/limits.h"
#include "runtime/network.h"

namespace slip {

// A program and how it is to begin.
struct Program {
  std::vector<std::string> argv;                // argv[0] is an absolute path
  std::map<std::string, std::string> env = {};  // the whole environment
  std::filesystem::path working_directory = "/";
  std::optional<UserIds> become = {};    // gives up being root before it is executed
  std::vector<UniqueFd> inherited = {};  // passed on, each at its own number
  std::vector<MappedTree> trees = {};    // that it sees so; only when we are root
};

struct SpawnPlace {
  int log_fd = -1;                   // becomes standard output and error
  int cgroup_fd = -1;                // a cgroup2 directory to be born in; -1: ours
  const Network* network = nullptr;  // null: ours
  Urgency urgency = Urgency::normal;
  Limits limits = {};
};

// A child that waits at a gate before it executes its program, so that whoever starts it can write
// down its pid first. If the parent dies or gives up before the gate opens, the child ends and the
// program was never run. In a session of its own, umask 077, default signals, standard input from
// /dev/null, no inherited file descriptors but those named above; cannot gain privileges, and
// reaches no abstract unix socket but its own where the kernel can see to that.
class Spawned {
 public:
  Spawned(Spawned&&) noexcept = default;
  Spawned& operator=(Spawned&&) = delete;
  ~Spawned();

  pid_t pid() const { return pid_; }
  const UniqueFd& pidfd() const { return pidfd_; }

  // Opens the gate; returns when the program has been executed. From then on this object no longer
  // cares for the child. Errors: `failed` (cannot be executed); the child is gone then.
  Result<> release();

 private:
  friend Result<Spawned> spawn(const Program& program, const SpawnPlace& place);
  Spawned() = default;
  void reap();

  pid_t pid_ = 0;
  UniqueFd pidfd_;
  UniqueFd gate_;       // writing opens it, closing ends the child
  UniqueFd complaint_;  // closed by a successful exec, else holds an errno
  std::string name_;
};

// Errors: `unavailable` (no process can be made).
Result<Spawned> spawn(const Program& program, const SpawnPlace& place);

}  // namespace slip
