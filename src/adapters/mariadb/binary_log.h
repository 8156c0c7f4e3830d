#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/private_server.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// The binary log lies beside the data, so a snapshot has all of it up to its instant. It knows
// seconds only: a replay to a time has what has a time before it there
// (docs/guides/any-second.md).

// The names of its files in a directory, by their numbers; regular files only.
Result<std::map<std::uint64_t, std::string>> binlog_files_in(const Directory& log);

// A replay on a clone that has never been started.
struct Replay {
  ServerPlace clone;
  Layout later;  // to read only; its log goes on from the clone's
  Timestamp until;
  Progress progress;
};
// Recovers the clone as its own server would, and lets it carry out what the later log has of
// before `until`. What it leaves was shut down in good order. Errors: `out_of_range` (the log does
// not lead from here to there, or is damaged on the way), `failed` (a statement did not succeed),
// `no_space`, `canceled`.
Result<> replay_log(const Replay& replay);

// When the newest change came about that the server has of another; to the second, by that one's
// clock. Looks into the last few files only.
Result<std::optional<Timestamp>> newest_from_another(const Directory& log,
                                                     std::uint32_t own_server);

// Lets the running server delete its files of before then.
Result<> purge_log(Session& session, Timestamp keep_since);

// Bytes between two places as in position_text; of whole files between them only how many.
std::int64_t log_between(std::string_view from, std::string_view to, std::int64_t file_bytes);

}  // namespace slip::mariadb
