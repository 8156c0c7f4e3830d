// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "adapters/postgresql/dump_file.h"
#include "adapters/postgresql/dump_scan.h"
#include "adapters/postgresql/ingest.h"
#include "base/fd.h"

namespace slip::postgresql {

inline constexpr std::string_view kLoading = "loading the dump";

// The dump as it can be loaded, and what it needs.
struct Load {
  std::filesystem::path origin;    // for messages
  std::filesystem::path path;      // for programs
  UniqueFd opened;                 // a file in the source's own directory
  std::optional<Written> written;  // the origin, before it was looked at
  DumpFormat format = DumpFormat::plain;
  PlainDump needs;
  std::optional<int> archive_major;  // the oldest pg_restore that reads it is of this version
};

// What a program needs that reads a dump: whoever owns it, the administrator has named it.
ConfinedPlaces places_for(const std::filesystem::path& dump,
                          std::vector<std::filesystem::path> writable);

// "the dump PATH is broken, or of something else".
std::string broken(const std::filesystem::path& path);

// Loads a dump into a server that is new and empty: makes what the dump names and does not make
// itself, and leaves out what such a server cannot do. Afterwards the login role is there, and
// roles are what the dump says. Errors: those of run_step, explained.
Result<> load_dump(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server,
                   const Load& load);

}  // namespace slip::postgresql
