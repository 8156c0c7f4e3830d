// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/result.h"

namespace slip::simple_quotas {

// btrfs' simple quotas (Linux 6.7): each extent counts for the subvolume that wrote it first, as
// long as anything refers to it. A group adds up the subvolumes that were put into it: here of one
// owner, by number. `root` is anywhere on the file system. Found out and set through the kernel's
// own interface, as the tools of older distributions do not know them.

// Whether this kernel has them, and lets us.
bool are_possible();

// From now on what is written is counted. For good: Linux before 6.7 cannot mount the file system
// any more. Succeeds if it is so already. Errors: `unsupported` (quotas of the other kind are on).
Result<> enable(const std::filesystem::path& root);
Result<bool> are_enabled(const std::filesystem::path& root);

// Each succeeds where it is so already. Quotas must be enabled.
Result<> put_into_group(const std::filesystem::path& subvolume, std::uint32_t owner);
// Nothing: no limit. A write of the group's that would make it more fails with EDQUOT.
Result<> limit_group(const std::filesystem::path& root, std::uint32_t owner,
                     std::optional<std::int64_t> bytes);
// With what is on its way to the disk; 0 where there is no such group.
Result<std::int64_t> used_by_group(const std::filesystem::path& root, std::uint32_t owner);

}  // namespace slip::simple_quotas
