// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/postgresql/cluster.h"
#include "base/result.h"
#include "ports/confinement.h"

namespace slip::postgresql {

inline constexpr std::uint32_t kEveryTimeline = std::numeric_limits<std::uint32_t>::max();

// The first part of a log file's name. Nothing: it is none's.
std::optional<std::uint32_t> timeline_of(std::string_view name);

// The content of a cluster's log files: of those that it is to replay, and of its own.
class LogFiles {
 public:
  // Of one number the file of the newest timeline counts, up to that one.
  LogFiles(const Layout& layout, const Confinement& confinement, const RunUser& user,
           std::uint32_t timeline, std::uint64_t bytes)
      : layout_(layout),
        confinement_(confinement),
        user_(user),
        timeline_(timeline),
        bytes_(bytes) {}

  // By its number (`segment_number`). Nothing: there is none.
  Result<std::optional<std::string>> read(std::uint64_t number) const;

 private:
  Result<std::string> find(const std::filesystem::path& folder, std::uint64_t number) const;
  Result<std::string> unpacked(const std::filesystem::path& name) const;

  const Layout& layout_;
  const Confinement& confinement_;
  const RunUser& user_;
  std::uint32_t timeline_;
  std::uint64_t bytes_;
};

// From what a server said that ended while it replayed: true if a log file was not there, or not
// whole, by the name of a timeline that another goes on from within that file. Only the other's is
// kept, which has all that was written before; now it is there by both names. Servers read their
// prepared transactions again so, where a moment from before the other timeline is gone back to.
Result<bool> lacked_a_file(const std::string& said, const Layout& layout,
                           const Confinement& confinement, const RunUser& user);

}  // namespace slip::postgresql
