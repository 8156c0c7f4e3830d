// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/lines.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/system_error.h"

namespace slip::mariadb {

namespace {

constexpr std::size_t kPieceMax = 1 << 20;

}  // namespace

Lines::Lines(int file, std::filesystem::path shown)
    : file_(file), shown_(std::move(shown)), buffer_(kPieceMax, '\0') {}

// False at the file's end.
Result<bool> Lines::fill() {
  if (begin_ > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  ssize_t count = 0;
  do {
    count = ::pread(file_, buffer_.data() + end_, buffer_.size() - end_, static_cast<off_t>(read_));
    if (count < 0 && errno == ESPIPE) {
      count = ::read(file_, buffer_.data() + end_, buffer_.size() - end_);
    }
  } while (count < 0 && errno == EINTR);
  if (count < 0) return error_from_errno(errno, "read " + shown_.string());
  end_ += static_cast<std::size_t>(count);
  read_ += static_cast<std::uint64_t>(count);
  return count > 0;
}

Result<bool> Lines::next(Piece& piece) {
  std::size_t searched = begin_;
  const char* found = nullptr;
  while (true) {
    if (searched < end_) {
      found =
          static_cast<const char*>(std::memchr(buffer_.data() + searched, '\n', end_ - searched));
    }
    if (found != nullptr || (begin_ == 0 && end_ == buffer_.size())) break;
    const std::size_t kept = end_ - begin_;
    if (!TRY(fill())) break;
    searched = kept;
  }
  const auto size = found != nullptr ? static_cast<std::size_t>(found - (buffer_.data() + begin_))
                                     : end_ - begin_;
  if (found == nullptr && size == 0) return false;
  piece.text = std::string_view(buffer_).substr(begin_, size);
  piece.begins = !in_line_;
  piece.ends = found != nullptr || size < buffer_.size();
  in_line_ = !piece.ends;
  has_newline_ = found != nullptr;
  begin_ += size + (found != nullptr ? 1 : 0);
  return true;
}

}  // namespace slip::mariadb
