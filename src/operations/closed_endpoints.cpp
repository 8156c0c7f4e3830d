// SPDX-License-Identifier: Apache-2.0
#include "operations/closed_endpoints.h"

namespace slip {

void ClosedEndpoints::set(const ContainerId& container, WhyByPort why) {
  const std::lock_guard lock(mutex_);
  if (why.empty()) {
    closed_.erase(container);
  } else {
    closed_[container] = std::move(why);
  }
}

std::optional<std::string> ClosedEndpoints::why(std::uint16_t port) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [container, ports] : closed_) {
    const auto found = ports.find(port);
    if (found != ports.end()) return found->second;
  }
  return std::nullopt;
}

std::set<ContainerId> ClosedEndpoints::containers() const {
  const std::lock_guard lock(mutex_);
  std::set<ContainerId> all;
  for (const auto& [container, ports] : closed_) all.insert(container);
  return all;
}

}  // namespace slip
