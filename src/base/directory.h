// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/copy_how.h"
#include "base/fd.h"
#include "base/result.h"
#include "base/user.h"

namespace slip {

// A directory held open, and the only way into a tree that a tenant may write.
//
// Names are relative paths. The kernel resolves them below the directory, without following any
// symbolic link (openat2 with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS). Files
// are opened only if they are regular ones, so that no fifo or device is touched. Whatever somebody
// puts below, at any moment, nothing outside is read or changed.
//
// Errors of every call, beside its own: `not_found`; `precondition_failed` if the name leads over a
// link, or what it leads to is of another kind than the call expects, the message says which name;
// `invalid_argument` for an absolute name or one with ".."; and those of error_from_errno.
class Directory {
 public:
  // Who may do what with something that is made.
  struct Access {
    mode_t mode = 0600;
    std::optional<UserIds> owner = {};  // nothing: ourselves
  };
  struct Entry {
    std::string name;
    std::filesystem::file_type type = std::filesystem::file_type::unknown;
  };
  static constexpr std::size_t kEntriesMax = 1'000'000;

  // The path is trusted, but for its last component, which may not be a link.
  static Result<Directory> open(const std::filesystem::path& path);

  Result<Directory> open_directory(const std::filesystem::path& name) const;
  // Makes it, or takes the one that is there; it has this access afterwards. Its parent must exist.
  Result<Directory> make_directory(const std::filesystem::path& name, Access access) const;

  // To read only. Errors: `precondition_failed` if it is no regular file.
  Result<UniqueFd> open_file(const std::filesystem::path& name) const;
  // A unix socket, to connect to by the path /proc/self/fd/N of what this returns. Errors:
  // `precondition_failed` if it is none.
  Result<UniqueFd> open_socket(const std::filesystem::path& name) const;
  // A new file to write. Errors: `already_exists`.
  Result<UniqueFd> create_file(const std::filesystem::path& name, Access access) const;
  // A whole file. Errors: `too_large`.
  Result<std::string> read(const std::filesystem::path& name, std::size_t max = 16 << 20) const;
  // Writes beside, fsyncs, renames over, fsyncs the directory: after a crash the old content or the
  // new is there, whole. A link or fifo of that name is replaced.
  Result<> write_durably(const std::filesystem::path& name, std::string_view content,
                         Access access) const;
  Result<> write_durably(const std::filesystem::path& name, std::string_view content) const {
    return write_durably(name, content, Access{});
  }

  // What is there, a link itself and not what it leads to; nothing if there is nothing.
  Result<std::optional<struct stat>> look(const std::filesystem::path& name) const;
  Result<bool> has_file(const std::filesystem::path& name) const;  // a regular one
  Result<bool> has_directory(const std::filesystem::path& name) const;
  // In no order. Errors: `too_large` with more than `max` entries.
  Result<std::vector<Entry>> list(std::size_t max = kEntriesMax) const;
  // The text of a symbolic link.
  Result<std::string> read_link(const std::filesystem::path& name) const;

  // Makes a symbolic link, in the place of a link or file of that name, if there is one.
  Result<> replace_link(const std::filesystem::path& name,
                        const std::filesystem::path& target) const;

  Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to) const;
  // With all that is below, however deep. Succeeds if there is nothing.
  Result<> remove(const std::filesystem::path& name) const;
  // Of it and all that is below; of links themselves.
  Result<> change_owner(const std::filesystem::path& name, UserIds owner) const;
  // Of a regular file or directory.
  Result<> change_mode(const std::filesystem::path& name, mode_t mode) const;

  // One regular file, with owner, mode, times and attributes. `to_name` must not exist.
  Result<> copy_file(const std::filesystem::path& name, const Directory& to,
                     const std::filesystem::path& to_name, CopyHow how) const;
  // A directory with all that is below, as `copy_tree` (file.h). `to_name` must not exist.
  Result<> copy_directory(const std::filesystem::path& name, const Directory& to,
                          const std::filesystem::path& to_name, CopyHow how,
                          const std::function<bool()>& keep_going = {}) const;

  // Sets btrfs's no-copy-on-write flag on this empty directory, so that files made in it get it;
  // succeeds and does nothing on other file systems.
  Result<> set_no_copy_on_write() const;

  // Everything written to its file system is on disk when this returns.
  Result<> sync_file_system() const;
  Result<> sync() const;

  int fd() const { return fd_.get(); }
  // For messages and for programs' arguments; not to be opened by us.
  const std::filesystem::path& path() const { return path_; }

 private:
  Directory(UniqueFd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  // The directory that holds the last component of a name.
  struct Place {
    UniqueFd held;  // if it is not this directory
    int parent = -1;
    std::string last;
  };
  Result<Place> place(const std::filesystem::path& name) const;
  Result<UniqueFd> resolve(const std::filesystem::path& name, int flags) const;

  UniqueFd fd_;
  std::filesystem::path path_;
};

}  // namespace slip
