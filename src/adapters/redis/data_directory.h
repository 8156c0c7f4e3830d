// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "adapters/support/run_user.h"
#include "base/directory.h"
#include "base/result.h"

namespace slip::redis {

// The parts of a source's directory. Only the run user and root can enter any of them.
inline constexpr const char* kData = "data";  // where the server works
inline constexpr const char* kRun = "run";    // unix socket, process number
inline constexpr const char* kSocketName = "server.sock";
inline constexpr const char* kPidFileName = "server.pid";  // in `run`, while the server runs

// Names within `data`. A copy has the append-only file; a dump only while it is being filled.
inline constexpr const char* kDumpName = "dump.rdb";
inline constexpr const char* kLogName = "appendonly.aof";
inline constexpr const char* kLogFolder = "appendonlydir";
inline constexpr const char* kLogBeside = "appendonlydir/temp-appendonly.aof.incr";
inline constexpr const char* kManifest = "appendonlydir/appendonly.aof.manifest";

// A source's directory, held open. Whoever is superuser of the server may have written all that is
// below: what is read there is believed by nobody but that server.
struct Layout {
  std::shared_ptr<const Directory> top;  // the only way in for us; the parts are names in it

  std::filesystem::path data() const { return top->path() / kData; }
};
Result<Layout> open_layout(const std::filesystem::path& directory);

// Makes both folders anew, empty.
Result<> make_layout(const Layout& layout, const RunUser& user);
// Makes `run` anew: nothing of another server's may be taken for this one's.
Result<> clear_leftovers(const Layout& layout, const RunUser& user);

// Whether a server that is switching its log on again writes beside it: what its manifest names has
// nothing of that, until all has been written anew. A server that was killed meanwhile leaves the
// file.
Result<bool> has_log_beside(const Layout& layout);
// Which file of its log a server writes to, by its manifest: it begins another one whenever it
// writes the whole data anew. 0: the manifest does not say.
Result<std::int64_t> log_number(const Layout& layout);

}  // namespace slip::redis
