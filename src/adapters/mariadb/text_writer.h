// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "base/system_error.h"

namespace slip::mariadb {

// Writes text to an open file, much at a time. What was not flushed is not there.
class TextWriter {
 public:
  explicit TextWriter(int to) : to_(to) {}

  Result<> write(std::string_view text) {
    constexpr std::size_t much = 1 << 20;
    buffer_ += text;
    return buffer_.size() < much ? Result<>() : flush();
  }
  Result<> flush() {
    for (std::string_view left = buffer_; !left.empty();) {
      const ssize_t count = ::write(to_, left.data(), left.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return error_from_errno(errno, "write a part of a dump");
      left.remove_prefix(static_cast<std::size_t>(count));
    }
    buffer_.clear();
    return {};
  }

 private:
  int to_;
  std::string buffer_;
};

}  // namespace slip::mariadb
