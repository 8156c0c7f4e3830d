// SPDX-License-Identifier: Apache-2.0
#include "daemon/container_users.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <vector>

namespace slip {
namespace {

// Those of the machine itself lie below; -1 is nobody.
constexpr std::uint32_t least_id = 65'536;
constexpr std::uint32_t most_id = 0xffff'fffd;

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<IdRange> read_range(const std::string& text) {
  const auto dash = text.find('-');
  const auto first = number(std::string_view(text).substr(0, dash));
  const auto last =
      dash == std::string::npos ? std::nullopt : number(std::string_view(text).substr(dash + 1));
  if (first && last && *first >= least_id && *first < *last && *last <= most_id) {
    return IdRange{*first, *last};
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("\"{}\" is not a range of users from {} on", text, least_id),
               .hint = fmt::format("Write for example {}, or none.", default_container_users)};
}

// Who has ids of the range, by a file whose lines name an id in that field and, of subordinate ids,
// how many in the next.
std::optional<std::string> owner_in(const std::filesystem::path& file, std::size_t field,
                                    bool has_count, const IdRange& range) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> fields;
    std::istringstream split(line);
    for (std::string part; std::getline(split, part, ':');) fields.push_back(part);
    if (fields.size() <= field + (has_count ? 1 : 0)) continue;
    const auto first = number(fields[field]);
    const auto count = has_count ? number(fields[field + 1]) : std::optional(1U);
    if (!first || !count || *count == 0) continue;
    const std::uint64_t last = std::uint64_t{*first} + *count - 1;
    if (*first <= range.last && last >= range.first) return fields[0];
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<IdRange>> read_container_users(const std::string& text,
                                                    const std::filesystem::path& etc) {
  if (text == "none") return std::optional<IdRange>();
  const IdRange range = TRY(read_range(text));
  for (const auto& [file, field, has_count] :
       {std::tuple("passwd", 2, false), std::tuple("group", 2, false),
        std::tuple("subuid", 1, true), std::tuple("subgid", 1, true)}) {
    const auto owner = owner_in(etc / file, static_cast<std::size_t>(field), has_count, range);
    if (!owner) continue;
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("{}/{} gives \"{}\" an id from {} to {}, which are to be "
                                        "containers' users",
                                        etc.string(), file, *owner, range.first, range.last),
                 .hint = "Choose others by --container-users FIRST-LAST."};
  }
  return std::optional(range);
}

}  // namespace slip
