#pragma once

#include <filesystem>
#include <optional>

#include "adapters/mariadb/server_versions.h"
#include "adapters/support/run_user.h"
#include "base/result.h"

namespace slip::mariadb {

// Where a source's parts lie in its directory. Only the run user and root can enter any of them.
struct Layout {
  std::filesystem::path data;  // the server's data directory, in which it works
  std::filesystem::path log;   // binary logs
  std::filesystem::path run;   // unix socket, process number
  std::filesystem::path tmp;   // sort files and temporary tables
  // What the last copy by a dump is compared with at the next; in sources only.
  std::filesystem::path compared;
};
Layout layout_of(const std::filesystem::path& directory);

// Makes the folders with the modes, owner and copy-on-write flag that they need.
Result<> make_layout(const Layout& layout, const RunUser& user);

// Empties `run` and `tmp`: nothing of another server's may be taken for this one's.
Result<> clear_leftovers(const Layout& layout);

// Of a data directory of ours: the series whose servers run on it.
// Errors: `not_found`, `invalid_argument`.
Result<Series> read_series_mark(const std::filesystem::path& data);
Result<> write_series_mark(const std::filesystem::path& data, Series series, const RunUser& user);

// True if a server has the data directory open, in whatever container or namespace it runs.
bool server_runs_on(const std::filesystem::path& data);

}  // namespace slip::mariadb
