// SPDX-License-Identifier: Apache-2.0
#include "client/event_parser.h"
#include "server/http/cookie.h"
#include "server/http/encoding.h"
#include "server/http/target.h"
#include "tests/fuzz/input.h"

// The parts of a request that this project reads itself, and the event stream that the command
// reads.

using namespace slip;
using namespace slip::http;

namespace {

struct Told {
  std::string events;
  bool failed = false;
  bool operator==(const Told&) const = default;
};

Told told_in_pieces(std::string_view text, std::size_t piece) {
  EventParser parser;
  Told told;
  for (; !text.empty() && !told.failed; text.remove_prefix(std::min(piece, text.size()))) {
    const auto go = parser.feed(text.substr(0, piece), [&](std::uint64_t id, std::string_view type,
                                                           std::string_view event) {
      told.events += std::to_string(id) + ":" + std::string(type) + ":" + std::string(event) + ";";
      return true;
    });
    told.failed = !go.has_value();
  }
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto target = parse_target(text)) {
    for (const std::string& segment : target->path) {
      fuzz::require(is_utf8(segment) && segment.find('\0') == std::string::npos,
                    "a path is text without NUL");
    }
    for (const auto& [name, value] : target->query) {
      fuzz::require(is_utf8(name) && is_utf8(value), "a query is text");
    }
  }
  for (const auto& [name, value] : parse_cookies(text)) {
    fuzz::require(!name.empty(), "a cookie has a name");
  }
  (void)lists(text, "gzip");
  fuzz::require(told_in_pieces(text, 3) == told_in_pieces(text, size + 1),
                "a stream in pieces tells what the whole one does");
  return 0;
}
