// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/reply.h"

#include <charconv>
#include <cstdint>

namespace slip::redis {

namespace {

constexpr int kDepthMax = 3;

Error no_reply() {
  return Error{.code = ErrorCode::failed,
               .message = "what listens there does not talk as Redis does"};
}

Error too_long() {
  return Error{.code = ErrorCode::too_large, .message = "the server's answer is too long"};
}

// What is left to read, and what has been.
struct Reader {
  std::string_view left;
  Reply reply;
  int elements = 0;

  std::optional<std::string_view> line() {
    const auto end = left.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const auto found = left.substr(0, end);
    left.remove_prefix(end + 2);
    return found;
  }

  // False: it is not complete.
  Result<bool> value(int depth) {
    if (++elements > kElementsMax) return too_long();
    const auto begin = line();
    if (!begin) return false;
    if (begin->empty()) return no_reply();
    const char type = begin->front();
    const std::string_view rest = begin->substr(1);
    if (type == '+' || type == ':') {
      reply.texts.emplace_back(rest);
      return true;
    }
    if (type == '-') {
      reply.error = std::string(rest);
      return true;
    }
    std::int64_t size = -1;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
    if (failed != std::errc() || end != rest.data() + rest.size()) return no_reply();
    if (size > static_cast<std::int64_t>(kReplyMax)) return too_long();
    if (type == '$') return bulk(size);
    if (type == '*' && depth < kDepthMax) return array(size, depth);
    return no_reply();
  }
  Result<bool> bulk(std::int64_t size) {
    if (size < 0) {
      reply.texts.emplace_back();
      return true;
    }
    const auto bytes = static_cast<std::size_t>(size);
    if (left.size() < bytes + 2) return false;
    reply.texts.emplace_back(left.substr(0, bytes));
    left.remove_prefix(bytes + 2);
    return true;
  }
  Result<bool> array(std::int64_t size, int depth) {
    for (std::int64_t i = 0; i < size; ++i) {
      if (!TRY(value(depth + 1))) return false;
    }
    return true;
  }
};

}  // namespace

const std::string& Reply::text() const {
  static const std::string none;
  return texts.empty() ? none : texts.front();
}

std::string request(const std::vector<std::string>& words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const auto& word : words) {
    bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return bytes;
}

Result<std::optional<Reply>> read_reply(std::string_view come) {
  Reader reader{.left = come, .reply = {}};
  if (TRY(reader.value(0))) return std::optional(std::move(reader.reply));
  if (come.size() > kReplyMax) return too_long();
  return std::optional<Reply>();
}

}  // namespace slip::redis
