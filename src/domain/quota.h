// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/run_settings.h"

namespace slip {

// What an administrator lets one container have at most, so that it cannot take the machine from
// the others. Beside what its template says of each source, the tighter of the two holds. Nothing:
// no bound of its own.
struct Quota {
  std::optional<std::int64_t> memory_bytes = {};
  std::optional<std::int64_t> processes = {};   // threads included
  std::optional<std::int64_t> cpu_weight = {};  // beside other containers' 100
  std::optional<std::int64_t> open_files = {};  // of each process
  std::optional<std::int64_t> disk_bytes = {};  // what it has written and something still holds

  bool operator==(const Quota&) const = default;
};
BOOST_DESCRIBE_STRUCT(Quota, (), (memory_bytes, processes, cpu_weight, open_files, disk_bytes))

// Errors: `invalid_argument`, naming the member that is out of its bounds and what these are.
Result<> check_quota(const Quota& quota);

// The part of it that is about what runs.
RunLimits limits_of_what_runs(const Quota& quota);

// "at most 2 GiB of memory, 100 processes"; "no limits" where nothing is set.
std::string words_of(const Quota& quota);

// How a machine can keep a limit on all that runs in a container.
enum class Kept {
  not_at_all,
  of_each_process,    // from its next start
  at_the_next_start,  // for all of it together
  at_once,            // for all of it together
};
BOOST_DESCRIBE_ENUM(Kept, not_at_all, of_each_process, at_the_next_start, at_once)

struct HowKept {
  Kept memory = Kept::not_at_all;
  Kept processes = Kept::not_at_all;
  Kept cpu_weight = Kept::not_at_all;
};
BOOST_DESCRIBE_STRUCT(HowKept, (), (memory, processes, cpu_weight))

// For people: a sentence on each limit of what runs that does not hold at once for all of it
// together.
std::vector<std::string> how_kept(const Quota& quota, const HowKept& machine);

// Disk: what a container with a quota may still do, by what it has used.
enum class DiskRoom {
  ample,
  used_up,    // nothing that needs space is begun; going back and deleting is
  overdrawn,  // nor is it gone back with a safety point, which would keep what is to be freed
  spent,      // nor is anything started: something has to be purged first
};

// Beyond the quota a container gets a little, in which its databases end cleanly and start again:
// up to half as much again (at least 8 times the slack) at rest, and 2 GiB more at work.
std::int64_t slack_of(std::int64_t disk_quota);
DiskRoom disk_room(std::int64_t disk_quota, std::int64_t used);
// What the storage is to refuse writes from: at rest, and while something is done with the
// container which needs room itself, as starting a database does.
std::int64_t ceiling_at_rest(std::int64_t disk_quota, std::int64_t used);
std::int64_t ceiling_at_work(std::int64_t disk_quota, std::int64_t used);

}  // namespace slip
