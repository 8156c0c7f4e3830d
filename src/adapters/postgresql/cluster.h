#pragma once

#include <filesystem>
#include <functional>
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

// Where a source's cluster lies in its directory. `socket` is for the unix socket; only the run
// user and root can enter either.
struct Layout {
  std::filesystem::path data;
  std::filesystem::path socket;
};
Layout layout_of(const std::filesystem::path& directory);

// Makes both folders, empty, with the modes, owner and copy-on-write flag that they need.
Result<> make_layout(const Layout& layout, const RunUser& user);

// What a cluster's control file says.
enum class ClusterState { shut_down, in_recovery, other };
// What its log holds enough for; `unknown` where the file is of a version that we do not know.
enum class WalLevel { unknown, minimal, replica, logical };
struct ControlData {
  ClusterState state = ClusterState::other;
  DataPosition position;  // of its latest checkpoint
  WalLevel wal_level = WalLevel::unknown;
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
