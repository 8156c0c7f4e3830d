// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "domain/ids.h"

namespace slip {

// The endpoints that should be open and could not be opened: whoever connects there reaches another
// program, or nothing. Told by whoever opens them, and asked before an address is given to anybody.
// Thread-safe.
class ClosedEndpoints {
 public:
  using WhyByPort = std::map<std::uint16_t, std::string>;

  // Instead of what was known of the container; `why` is a sentence for people.
  void set(const ContainerId& container, WhyByPort why);
  // Nothing: it is open, as far as is known.
  std::optional<std::string> why(std::uint16_t port) const;
  std::set<ContainerId> containers() const;

 private:
  mutable std::mutex mutex_;
  std::map<ContainerId, WhyByPort> closed_;
};

}  // namespace slip
