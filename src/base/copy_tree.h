// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

#include "base/copy_how.h"
#include "base/result.h"

namespace slip {

// Copies all that is in one open directory into another, empty one, which gets its attributes too:
// directories, files, fifos, symbolic and hard links with owners, modes, times, holes and extended
// attributes, access lists and capabilities among them, however deep and wide. Sockets and devices
// are left out. `keep_going` is asked now and
// then; false: `canceled`. On btrfs a directory with the no-copy-on-write flag passes it on to its
// copy before files are made in it (a reflink needs the same flag on both sides). The paths are for
// messages.
Result<> copy_open_tree(int from, int to, CopyHow how, OwnModes modes,
                        const std::function<bool()>& keep_going,
                        const std::filesystem::path& from_shown,
                        const std::filesystem::path& to_shown);

// The same for an open regular file and an empty one.
Result<> copy_open_file(int from, int to, CopyHow how, const std::filesystem::path& shown);

}  // namespace slip
