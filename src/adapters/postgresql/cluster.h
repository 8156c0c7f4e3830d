// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "adapters/support/tenant_files.h"
#include "base/directory.h"
#include "base/result.h"
#include "domain/source.h"

namespace slip::postgresql {

// The parts of a source's directory. Only the run user and root can enter any of them.
inline constexpr const char* kData = "data";      // the cluster
inline constexpr const char* kSocket = "run";     // for the unix socket
inline constexpr const char* kLog = "log";        // archived write-ahead log: write_ahead_log.h
inline constexpr const char* kReplay = "replay";  // log to be replayed at the next start
// What the last logical copy is compared with at the next; in sources only.
inline constexpr const char* kCompared = "compared";

// A source's directory, held open: the only way in for us; the parts are names in it. Whoever is
// superuser of the server may have put anything there: what is read of it is believed by nobody but
// that server. What we believe is in `trusted`.
struct Layout {
  std::shared_ptr<const Directory> top;
  std::filesystem::path trusted = {};  // as InstanceContext::trusted

  // For programs' arguments, and for messages.
  std::filesystem::path data() const { return top->path() / kData; }
  std::filesystem::path socket() const { return top->path() / kSocket; }

  Result<Directory> open_data() const { return top->open_directory(kData); }
};
Result<Layout> open_layout(const std::filesystem::path& directory,
                           const std::filesystem::path& trusted = {});

// Makes the folders of data and socket, empty, with the modes, owner and copy-on-write flag that
// they need.
Result<> make_layout(const Layout& layout, const RunUser& user);

// Makes a folder for log files: they can share blocks with those of the data. Succeeds if it
// exists.
Result<> make_log_folder(const Layout& layout, const char* name, const RunUser& user);

// True if there is anything of that name.
Result<bool> is_there(const Directory& directory, const std::filesystem::path& name);

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
Result<ControlData> read_control_data(const Directory& data);

// Major version from PG_VERSION. Errors as above.
Result<int> read_major(const Directory& data);

}  // namespace slip::postgresql
