// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace slip::mariadb {

// A file's lines, however long, in pieces of bounded size.
class Lines {
 public:
  struct Piece {
    std::string_view text;  // without the line's end; holds until the next call
    bool begins = false;    // at the line's beginning
    bool ends = false;      // with the line's end, or the file's
  };
  // Reads from the file's beginning, or what comes out of a pipe. `file` must stay open; `shown` is
  // its path, for messages.
  Lines(int file, std::filesystem::path shown);

  // False: there is no more. Errors: as error_from_errno.
  Result<bool> next(Piece& piece);
  // Bytes that were read so far.
  std::uint64_t bytes() const { return read_; }
  // Whether the last line had an end, and not just the file.
  bool ended_with_newline() const { return has_newline_; }

 private:
  Result<bool> fill();

  int file_;
  std::filesystem::path shown_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what has not been given out
  std::size_t end_ = 0;
  std::uint64_t read_ = 0;
  bool in_line_ = false;
  bool has_newline_ = false;
};

}  // namespace slip::mariadb
