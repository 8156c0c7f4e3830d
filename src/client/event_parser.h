// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slip {

// Reads a text/event-stream in pieces of any size, as the HTML standard says it is to be read.
class EventParser {
 public:
  using OnEvent =
      std::function<bool(std::uint64_t id, std::string_view type, std::string_view data)>;
  enum class Go { on, stop };

  // Calls `on_event` for each event that is complete with this piece; `stop` when it said false.
  // The id is the last one seen, also for an event that has none of its own.
  // Errors: `too_large` for an event of more than 16 MiB.
  Result<Go> feed(std::string_view piece, const OnEvent& on_event);

 private:
  Go end_line(const OnEvent& on_event);

  std::string line_;
  bool after_carriage_return_ = false;
  std::uint64_t id_ = 0;
  std::string type_;
  std::string data_;
  bool has_data_ = false;
};

}  // namespace slip
