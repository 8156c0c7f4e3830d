// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// Ends all TCP connections of a network at a local IPv4 address (network byte order): both sides
// find them reset, those of IPv6 sockets that took them included. `diagnosis` is a netlink socket
// of that network for NETLINK_SOCK_DIAG. Errors: `unsupported` (the kernel does not do that),
// `internal`: the first of them, once all that can be ended have been.
Result<> end_connections_at(const UniqueFd& diagnosis, std::uint32_t address);

}  // namespace slip
