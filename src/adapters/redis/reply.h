// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slip::redis {

// What a server answers to one command (RESP2, "Redis serialization protocol specification"),
// flattened: the texts of an array's elements, or one text. Numbers are texts too; "" for null.
struct Reply {
  std::vector<std::string> texts = {};
  std::optional<std::string> error = {};  // "WRONGPASS invalid username-password pair ..."

  const std::string& text() const;  // the first; empty if there is none
};

// The command as a client sends it.
std::string request(const std::vector<std::string>& words);

// Reads one reply from what has come so far. Nothing: it is not complete yet. Bounded: a reply of
// more than `kReplyMax` bytes or `kElementsMax` elements is `too_large`; what is no reply, or
// nested deeper than arrays of arrays of arrays, is `failed`. Pure.
inline constexpr std::size_t kReplyMax = 4 << 20;
inline constexpr int kElementsMax = 4096;
Result<std::optional<Reply>> read_reply(std::string_view come);

}  // namespace slip::redis
