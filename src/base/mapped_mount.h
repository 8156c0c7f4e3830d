// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/user.h"

namespace slip {

// A way to look at a tree in which what belongs to one user belongs to another, and the other way
// round: nothing on disk changes. What is root's stays root's; what belongs to anybody else is
// nobody's there, and nobody may change that. Linux calls it a mount with mapped ids.
struct MappedTree {
  std::shared_ptr<const UniqueFd> mapping;
  std::string path;                       // absolute: of the tree, and where it is to be seen so
  std::shared_ptr<const UniqueFd> mount;  // for the first that sees it
};

// What maps `from` on disk to `to`; for any number of trees. Errors: `unsupported`, `unavailable`.
Result<std::shared_ptr<const UniqueFd>> map_user(UserIds from, UserIds to);

// Errors: `unsupported` (the file system or the kernel has no such mounts, or we are not root),
// `not_found`.
Result<MappedTree> mapped_tree(const std::filesystem::path& path,
                               const std::shared_ptr<const UniqueFd>& mapping);

// The calling process, which has one thread, sees the trees so from now on, and nobody else does.
// Async-signal-safe. False with errno set.
bool see_mapped(const std::vector<MappedTree>& trees);

}  // namespace slip
