// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/copy_how.h"
#include "base/fd.h"
#include "base/result.h"
#include "base/system_error.h"
#include "base/temporary_directory.h"
#include "base/user.h"

namespace slip {

// Whole file, at most `max` bytes. Errors: `not_found`, `too_large`, ...
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max = 16 << 20);

// Writes beside, fsyncs, renames over, fsyncs the directory: after a crash the old content or the
// new is there, whole.
Result<> write_file_durably(const std::filesystem::path& path, std::string_view content,
                            mode_t mode = 0644);

// Writes all of `content`. `path` is for messages.
Result<> write_all(int fd, std::string_view content, const std::filesystem::path& path);

Result<> make_directories(const std::filesystem::path& path, mode_t mode = 0755);
Result<> fsync_directory(const std::filesystem::path& path);

// Whole trees, by directory handles, never following symbolic links out of them.
Result<> change_owner(const std::filesystem::path& tree, UserIds owner);
// Succeeds if it does not exist. Continues past entries that vanish meanwhile.
Result<> remove_tree(const std::filesystem::path& tree);

// Copies the tree's directories, files, fifos, symbolic and hard links with owners, modes, times
// and extended attributes. `to` must not exist. `keep_going` is asked now and then; false:
// `canceled`. Sockets and devices are left out. On btrfs a directory with the no-copy-on-write flag
// passes it on to its copy before files are made in it (a reflink needs the same flag on both
// sides). What belongs to us is copied whatever its mode, which is another one meanwhile where it
// forbids us to read.
Result<> copy_tree(const std::filesystem::path& from, const std::filesystem::path& to, CopyHow how,
                   const std::function<bool()>& keep_going = {});

// The same for one regular file. `to` must not exist.
Result<> copy_file(const std::filesystem::path& from, const std::filesystem::path& to, CopyHow how);

// Sets btrfs's no-copy-on-write flag on an empty directory, so that files made in it get it;
// succeeds and does nothing on other file systems.
Result<> set_no_copy_on_write(const std::filesystem::path& directory);

}  // namespace slip
