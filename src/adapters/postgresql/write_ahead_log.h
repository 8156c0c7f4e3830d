// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgresql/cluster.h"
#include "base/result.h"
#include "base/time.h"

namespace slip::postgresql {

// The write-ahead log that a cluster keeps beside its data, so that any moment of it can be gone
// back to: `log` holds every segment file that the server is through with, compressed, and the
// data's own pg_wal those it is not. Both lie in the volume, so a snapshot has all the log up to
// its instant, and snapshots share the files. "PostgreSQL documentation, 26.3: Continuous Archiving
// and Point-in-Time Recovery" has the facts.

// True if the log can be kept here: zstd is installed.
bool can_keep_log();

// False for a cluster whose configuration logs too little to be replayed (wal_level = minimal).
bool keeps_log(const Directory& data);

// "-c name=value" arguments that let a server archive its log into its layout's `log`.
enum class Archiving {
  own,
  always,  // what it gets from another server, too
};
std::vector<std::string> archive_arguments(Archiving how);

// Gets a clone, not started yet, ready to replay up to `until` when it starts: gathers the log from
// the clone's latest checkpoint on, out of `later`, in `replay`; how far it goes is noted where
// only we can write. Limits that were raised meanwhile (max_prepared_transactions and others) are
// raised in the clone, too. Idempotent. Errors: `out_of_range` (a piece of the log is missing),
// `no_space`.
Result<> gather_replay(const Layout& clone, const Layout& later, Timestamp until,
                       const RunUser& user);

// True if it is to replay when it starts.
Result<bool> has_replay(const Layout& layout);

// How far it is to replay.
struct ReplayTarget {
  Timestamp until;
  // Nothing was committed between then and the log's end, which is behind the record that begins
  // there.
  std::optional<std::uint64_t> last_record = {};
};
Result<std::optional<ReplayTarget>> replay_target(const Layout& layout);

// Arguments of a server that is to replay. A log file that cannot be read ends the server: it never
// goes on with less than was asked for. With `target` it also ends, saying `kEndedBeforeTarget`,
// where nothing was committed between then and the log's end; with `kept` it goes as far as
// `replay_to_the_end` has said.
enum class ReplayEnd { target, end_of_log, kept };
inline constexpr const char* kEndedBeforeTarget = "before configured recovery target was reached";
Result<std::vector<std::string>> replay_arguments(const Layout& layout, ReplayEnd end);

// From what a server said that ended before its target: true if it had read all of the log of a
// server that was shut down, so that there is no more of that time. Then the next one goes to the
// log's end.
Result<bool> replay_to_the_end(const Layout& layout, const std::string& said);

// From what a server said that ended while it replayed: true if it had been allowed too few
// prepared transactions, which were more for a time only. Then the next one may have enough.
Result<bool> replay_needs_more(const Layout& layout, const std::string& said, const RunUser& user);

// To be called when the server answers: what was gathered has served.
Result<> end_replay(const Layout& layout);

// Deletes archived files from before `keep_since`.
Result<> trim_log(const Layout& layout, Timestamp keep_since);

// The number of a log file by its name, "000000010000002A000000FF": without the timeline. Nothing:
// it is none.
std::optional<std::uint64_t> segment_number(std::string_view name, std::uint64_t bytes);

// How large the log's files are; every cluster has one size. Errors: `invalid_argument`.
Result<std::uint64_t> segment_bytes(const Directory& data);

// "0/3000060" -> 0x3000060. Nothing: it is no position.
std::optional<std::uint64_t> read_lsn(std::string_view text);

}  // namespace slip::postgresql
