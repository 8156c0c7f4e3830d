// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// Names one process for good: a pid alone is given out again, a pid with the moment it began and
// the boot it began in is not.
struct ProcessIdentity {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;  // clock ticks since boot, as /proc shows it
  std::string boot_id;

  bool operator==(const ProcessIdentity&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProcessIdentity, (), (pid, start_ticks, boot_id))

// One line of /proc/<pid>/stat.
struct ProcessStat {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t session = 0;
  char state = '?';  // 'Z' and 'X' have ended, 'T' is stopped
  std::uint64_t start_ticks = 0;
};

// What the kernel calls this boot; empty if it does not say.
std::string current_boot_id();

std::optional<ProcessStat> read_stat(pid_t pid);
std::vector<ProcessStat> all_processes();
std::vector<pid_t> children_of(pid_t pid);

// The pid that a process has in the innermost of its pid namespaces.
std::optional<pid_t> innermost_pid(pid_t pid);

// Errors: `not_found` when there is no such process.
Result<ProcessIdentity> identify(pid_t pid);

// True while it runs (also stopped or frozen); false for a zombie.
bool alive(const ProcessIdentity& process);

// A pidfd that refers to exactly this process, which may be a zombie; none if it is gone.
UniqueFd open_process(const ProcessIdentity& process);

// Waits until the process behind a pidfd has ended; false if `patience_ms` passed first.
bool await_end(const UniqueFd& pidfd, std::int64_t patience_ms);

}  // namespace slip
