// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/fd.h"
#include "base/result.h"
#include "catalog/sqlite/connection.h"

// How many writes a catalog has had. It is kept within each write, and noted in a file beside the
// catalog after it: a log whose end a disk has damaged is cut off by the library without a word,
// and then the catalog has fewer than the note.

namespace slip::sqlite {

// Checks the structure, fully where the file is not large, and the checksums of all rows. Errors:
// `unavailable`.
Result<> check_whole(Connection& connection);

// 0 where it has not been counted yet.
Result<std::int64_t> count_commits(Connection& connection);

// The values of put_fact_sql.
Row commits_row(std::int64_t commits);

// The note beside the catalog at `path`, made if there is none.
Result<UniqueFd> open_commit_note(const std::filesystem::path& path);

// Not synced, and never ahead of what is durable: it is written after the commit. What cannot be
// written is left out.
void note_commits(int note, std::int64_t commits);

// Fails with `unavailable` where the catalog has fewer writes than were noted.
Result<> check_nothing_lost(Connection& connection, int note);

}  // namespace slip::sqlite
