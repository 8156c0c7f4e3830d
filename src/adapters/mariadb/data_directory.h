// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/mariadb/server_versions.h"
#include "adapters/support/run_user.h"
#include "adapters/support/tenant_files.h"
#include "base/directory.h"
#include "base/result.h"

namespace slip::mariadb {

// The parts of a source's directory. Only the run user and root can enter any of them.
inline constexpr const char* kData = "data";  // the server's data directory, in which it works
inline constexpr const char* kLog = "log";    // binary logs
inline constexpr const char* kRun = "run";    // unix socket, process number
inline constexpr const char* kPidFileName = "server.pid";  // in `run`, while the server runs
inline constexpr const char* kTmp = "tmp";                 // sort files and temporary tables
// What the last copy by a dump is compared with at the next; in sources only.
inline constexpr const char* kCompared = "compared";

// A source's directory, held open. Whoever is superuser of the server may write all that is below:
// what is read there is believed by nobody but that server.
struct Layout {
  std::shared_ptr<const Directory> top;  // the only way in for us; the parts are names in it

  // For programs' arguments, and for messages.
  std::filesystem::path data() const { return top->path() / kData; }
  std::filesystem::path log() const { return top->path() / kLog; }
  std::filesystem::path run() const { return top->path() / kRun; }
  std::filesystem::path tmp() const { return top->path() / kTmp; }
};
Result<Layout> open_layout(const std::filesystem::path& directory);
Layout layout_in(Directory directory);

// Makes the folders with the modes, owner and copy-on-write flag that they need.
Result<> make_layout(const Layout& layout, const RunUser& user);

// Makes `run` and `tmp` anew: nothing of another server's may be taken for this one's.
Result<> clear_leftovers(const Layout& layout, const RunUser& user);

// Of a data directory of ours: the series whose servers run on it.
// Errors: `not_found`, `invalid_argument`.
Result<Series> read_series_mark(const Layout& layout);
Result<> write_series_mark(const Layout& layout, Series series, const RunUser& user);

// True if a server has the data directory open, in whatever container or namespace it runs.
Result<bool> server_runs_on(const Directory& data);

// A small file that may be missing.
Result<std::optional<std::string>> read_if_there(const Directory& directory,
                                                 const std::filesystem::path& name,
                                                 std::size_t max);

}  // namespace slip::mariadb
