// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// With nobody in it, and its loopback not up yet. It is gone with the descriptor.
Result<UniqueFd> make_empty_network();

// Finds out whether a connection from here gets into another network: one listener in each, at
// ports of 127.0.0.1 that were free.
class LaneTrial {
 public:
  static Result<LaneTrial> prepare(int network);

  const UniqueFd& listener_here() const { return here_; }
  std::uint16_t port_here() const;
  std::uint16_t port_there() const;

  // A connection to the port here that has arrived there; none if it has not within three seconds.
  UniqueFd connect() const;

 private:
  UniqueFd here_;
  UniqueFd there_;
};

}  // namespace slip
