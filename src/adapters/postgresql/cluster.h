#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "domain/source.h"

namespace slip::postgresql {

// Who server programs run as: another user when we are root (they refuse root), else ourselves.
struct RunUser {
  std::optional<std::string> name;  // for Command::run_as
  std::optional<UserIds> ids;       // whom the files belong to
};
// Errors: `not_found` (no such user).
Result<RunUser> find_run_user(const std::string& name);

// Where a source's cluster lies in its directory. Only the run user and root can enter its folders.
struct Layout {
  std::filesystem::path data;
  std::filesystem::path socket;  // for the unix socket
  std::filesystem::path log;     // archived write-ahead log: write_ahead_log.h
  std::filesystem::path replay;  // log to be replayed at the next start; mostly absent
  // What the last logical copy is compared with at the next; in sources only.
  std::filesystem::path compared;
};
Layout layout_of(const std::filesystem::path& directory);

// Makes the folders of data and socket, empty, with the modes, owner and copy-on-write flag that
// they need.
Result<> make_layout(const Layout& layout, const RunUser& user);

// Makes a folder for log files: they can share blocks with those of the data. Succeeds if it
// exists.
Result<> make_log_folder(const std::filesystem::path& path, const RunUser& user);

// What a cluster's control file says.
enum class ClusterState { shut_down, in_recovery, other };
// What its log holds enough for; `unknown` where the file is of a version that we do not know.
enum class WalLevel { unknown, minimal, replica, logical };
struct ControlData {
  ClusterState state = ClusterState::other;
  DataPosition position;   // of its latest checkpoint
  std::uint64_t redo = 0;  // where a recovery from that checkpoint begins to read the log
  WalLevel wal_level = WalLevel::unknown;
  std::uint64_t system = 0;  // of the cluster and all its physical copies
  // By setting: what a standby must have at least, as the primary has it. Empty where the file is
  // of a version that we do not know.
  std::map<std::string, int> standby_limits = {};
};
// Errors: `not_found`, `invalid_argument` (not a cluster, or a broken one).
Result<ControlData> read_control_data(const std::filesystem::path& data);

// Major version from PG_VERSION. Errors as above.
Result<int> read_major(const std::filesystem::path& data);

// Writes a small file of the cluster durably, owned by the run user; leaves it alone if it already
// has this content.
Result<> write_owned(const std::filesystem::path& path, std::string_view content,
                     const RunUser& user);

// Everything written to the file system that holds `directory` is on disk when this returns.
Result<> sync_file_system(const std::filesystem::path& directory);

}  // namespace slip::postgresql
