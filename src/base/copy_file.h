// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/copy_how.h"
#include "base/result.h"

namespace slip {

// What went wrong with `where`, by errno.
Error cannot_copy(std::string_view what, const std::string& where);

// Copies open files, one after the other, and remembers which of the kernel's ways work between
// their file systems. `where` is a path for messages. Not thread-safe.
class FileCopy {
 public:
  // `keep_going` is asked now and then; false: `canceled`. It must outlive this object.
  FileCopy(CopyHow how, const std::function<bool()>& keep_going)
      : how_(how), keep_going_(keep_going) {}

  // Content and attributes of a regular file to an empty one.
  Result<> file(int from, int to, const std::string& where);
  // The no-copy-on-write flag, where both are on btrfs: before there is anything in `to`.
  Result<> same_copy_on_write(int from, int to, const std::string& where);
  // Owner, extended attributes, mode and times.
  Result<> attributes(int from, int to, const std::string& where) const;
  Result<> go_on() const;

 private:
  Result<> content(int from, int to, const struct stat& about, const std::string& where);
  Result<> range(int from, int to, off_t begin, off_t end, const std::string& where);
  Result<ssize_t> chunk(int from, int to, off_t at, std::size_t count, const std::string& where);

  const CopyHow how_;
  const std::function<bool()>& keep_going_;
  bool share_works_ = true;
  bool range_works_ = true;
  std::vector<char> buffer_;
};

}  // namespace slip
