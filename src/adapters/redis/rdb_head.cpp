// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/rdb_head.h"

#include <charconv>
#include <cstdint>
#include <string>

namespace slip::redis {

namespace {

constexpr std::size_t kMagicBytes = 9;           // "REDIS0010"
constexpr unsigned char kAuxiliary = 0xFA;       // a name and a value follow, both texts
constexpr std::int64_t kSecondsMax = 1LL << 40;  // milliseconds of more would not fit

// Reads texts as RDB files have them, as far as they are needed; the first that is none ends it.
class HeadReader {
 public:
  explicit HeadReader(std::string_view left) : left_(left) {}

  bool next_is(unsigned char byte) {
    if (left_.empty() || static_cast<unsigned char>(left_.front()) != byte) return false;
    left_.remove_prefix(1);
    return true;
  }

  // Its length comes first, in the lower bits of one byte or two; or it is a number of 1, 2 or 4
  // bytes.
  std::optional<std::string> text() {
    const auto first = number(1);
    if (!first) return std::nullopt;
    const auto low = static_cast<std::size_t>(*first & 0x3F);
    switch (*first >> 6) {
      case 0:
        return bytes(low);
      case 1: {
        const auto more = number(1);
        return more ? bytes(low << 8 | static_cast<std::size_t>(*more)) : std::nullopt;
      }
      case 3: {
        if (low > 2) return std::nullopt;  // it is compressed
        const auto value = number(std::size_t{1} << low);
        return value ? std::optional(std::to_string(*value)) : std::nullopt;
      }
      default:
        return std::nullopt;  // longer than the head
    }
  }

 private:
  // The lowest byte is the first.
  std::optional<std::int64_t> number(std::size_t size) {
    if (left_.size() < size) return std::nullopt;
    std::int64_t value = 0;
    for (std::size_t i = size; i > 0; --i) {
      value = value << 8 | static_cast<unsigned char>(left_[i - 1]);
    }
    left_.remove_prefix(size);
    return value;
  }
  std::optional<std::string> bytes(std::size_t size) {
    if (left_.size() < size) return std::nullopt;
    std::string text(left_.substr(0, size));
    left_.remove_prefix(size);
    return text;
  }

  std::string_view left_;
};

std::optional<Timestamp> moment_of(const std::string& seconds) {
  std::int64_t value = 0;
  const char* const end = seconds.data() + seconds.size();
  const auto read = std::from_chars(seconds.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value <= 0 || value > kSecondsMax) {
    return std::nullopt;
  }
  return Timestamp{value * 1000};
}

}  // namespace

std::optional<Timestamp> begin_of_save(std::string_view head) {
  if (!head.starts_with("REDIS") || head.size() < kMagicBytes) return std::nullopt;
  HeadReader reader(head.substr(kMagicBytes));
  while (reader.next_is(kAuxiliary)) {
    const auto name = reader.text();
    const auto value = name ? reader.text() : std::nullopt;
    if (!value) return std::nullopt;
    if (*name == "ctime") return moment_of(*value);
  }
  return std::nullopt;
}

}  // namespace slip::redis
