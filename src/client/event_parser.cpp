// SPDX-License-Identifier: Apache-2.0
#include "client/event_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace slip {
namespace {

constexpr std::size_t event_bytes_max = 16 << 20;

}  // namespace

Result<EventParser::Go> EventParser::feed(std::string_view piece, const OnEvent& on_event) {
  while (!piece.empty()) {
    if (std::exchange(after_carriage_return_, false) && piece[0] == '\n') {
      piece.remove_prefix(1);
      continue;
    }
    const auto end = std::min(piece.find_first_of("\r\n"), piece.size());
    line_ += piece.substr(0, end);
    if (line_.size() + data_.size() > event_bytes_max) {
      return Error{.code = ErrorCode::too_large, .message = "the daemon sent an endless event"};
    }
    if (end == piece.size()) break;
    after_carriage_return_ = piece[end] == '\r';
    piece.remove_prefix(end + 1);
    if (end_line(on_event) == Go::stop) return Go::stop;
  }
  return Go::on;
}

EventParser::Go EventParser::end_line(const OnEvent& on_event) {
  const std::string line = std::exchange(line_, {});
  if (line.empty()) {
    const std::string type = std::exchange(type_, {});
    const std::string data = std::exchange(data_, {});
    if (!std::exchange(has_data_, false)) return Go::on;
    return on_event(id_, type.empty() ? "message" : type, data) ? Go::on : Go::stop;
  }
  const auto colon = std::min(line.find(':'), line.size());
  const std::string_view name = std::string_view(line).substr(0, colon);
  std::string_view value = std::string_view(line).substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") {
    type_ = value;
  } else if (name == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (name == "id") {
    std::uint64_t id = 0;
    const char* const last = value.data() + value.size();
    const auto [end, failed] = std::from_chars(value.data(), last, id);
    if (failed == std::errc() && end == last) id_ = id;
  }
  return Go::on;
}

}  // namespace slip
