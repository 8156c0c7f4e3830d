// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ports/runtime.h"

namespace slip {

// What one sandboxed process tree may use at most of the machine. Generous: they are there so that
// a program gone wrong, or meant so, ends alone and not with everybody's databases.
struct Limits {
  std::int64_t memory_bytes = 0;             // only where a cgroup can count it
  std::int64_t processes = 0;                // threads included; only where a cgroup can count them
  std::int64_t cpu_weight = 100;             // only where a cgroup can weigh
  rlim_t memory_of_each = RLIM_INFINITY;     // address space of each process
  rlim_t data_of_each = RLIM_INFINITY;       // what each process has of its own in memory
  rlim_t processes_of_user = RLIM_INFINITY;  // wherever they were started
  rlim_t open_files = 65'536;
  std::int64_t scratch_bytes = 0;        // each of /tmp and /var/tmp, in memory
  std::int64_t shared_memory_bytes = 0;  // /dev/shm: parallel queries need much
  std::int64_t run_bytes = 16 << 20;     // /run
};

// For this machine, by its memory.
Limits default_limits();

// What a source is to have; where no group counts its memory, each of its processes may have so
// much: of address space where a limit was asked for, and else of data of its own. The latter
// counts neither memory that is shared, as buffers of databases are, nor addresses that are only
// reserved, as runtimes of languages do by the gigabyte.
enum class MemoryIsCounted { no, yes };
Limits limited(Limits limits, const RunLimits& to, MemoryIsCounted memory);

// How the groups below `base` keep limits of what is in them together.
HowKept how_kept(const std::filesystem::path& base);

// Which of the limits the groups below `base` cannot keep, for people: "memory, processes". Empty:
// none.
std::string limits_not_kept(const std::filesystem::path& base);

// For a source on a tree that is in this group (empty: in none).
MemoryIsCounted memory_is_counted(const std::filesystem::path& group);

// Has the group below count what the limits need, as far as the groups above allow it.
void delegate_controllers(const std::filesystem::path& mount, const std::filesystem::path& base);
// The same for those right below `group`.
void delegate_controllers(const std::filesystem::path& group);

// As far as the group can: memory, processes, and its weight among the others for the processor.
void limit_group(const std::filesystem::path& group, const Limits& limits, Urgency urgency);

// Of a group of groups, at once. What is not limited is as it was made.
void limit_together(const std::filesystem::path& group, const RunLimits& limits);

// Of the calling process, for it and its children; async-signal-safe. No core files: they hold
// data, and would lie in it. Where the machine's memory runs out all the same, the kernel ends it
// before what is not a tenant's. False with errno set.
bool limit_process(const Limits& limits);

// How a program that is to run as somebody else is limited once it does: words to put before its
// own. `own_user`: nobody else's processes are that user's.
enum class OwnUser { no, yes };
std::vector<std::string> limiting(const Limits& limits, OwnUser own_user);

// Where programs of adapters' own run, below `base`: they may use so much together. Empty: there is
// no such group.
std::filesystem::path group_of_commands(const std::filesystem::path& base, const Limits& limits);

// Words to put before a command's own: it is the first that the kernel ends when memory runs out,
// and runs in that group (empty: in ours).
std::vector<std::string> apart(const std::filesystem::path& group);

}  // namespace slip
