// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/log_events.h"
#include "adapters/mariadb/session.h"
#include "base/result.h"
#include "base/time.h"

namespace slip::mariadb {

// The binary log lies beside the data, so a snapshot has all of it up to its instant. replay.h has
// how a copy goes on to a time by it.

// The names of its files in a directory, by their numbers; regular files only.
Result<LogFiles> binlog_files_in(const Directory& log);

// That every name of such a file is that of one. A server opens all of them when it starts, and
// waits for ever for a fifo. Errors: `precondition_failed`, the message says which name.
Result<> check_log_files(const Directory& log);

// When the newest change came about that the server has of another; to the second, by that one's
// clock. Looks into the last few files only.
Result<std::optional<Timestamp>> newest_from_another(const Directory& log,
                                                     std::uint32_t own_server);

// Lets the running server delete its files from before then.
Result<> purge_log(Session& session, Timestamp keep_since);

// Bytes between two places as in position_text; of whole files between them only how many.
std::int64_t log_between(std::string_view from, std::string_view to, std::int64_t file_bytes);

}  // namespace slip::mariadb
