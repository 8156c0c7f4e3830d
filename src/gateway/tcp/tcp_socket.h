// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// `address` is in network byte order, ports in the host's. All sockets are non-blocking and not
// inherited by programs.

// Errors: `already_exists` (another program has the port), `permission_denied`, `internal`.
Result<UniqueFd> listen_on(std::uint32_t address, std::uint16_t port);

// True if nothing listens on the port, on whatever address, and we could.
bool can_listen_everywhere(std::uint16_t port);

bool listens_at(const UniqueFd& listening, std::uint32_t address);

// True if the client called 127.0.0.1, and so is on this machine.
bool came_to_loopback(const UniqueFd& accepted);

// Two ends of a connection within this process; none if there are no file descriptors left.
struct SocketPair {
  UniqueFd one;
  UniqueFd other;
};
SocketPair make_pair();

// None with errno set.
UniqueFd make_tcp_socket();

// Sends it on its way to 127.0.0.1 of the network that it was made in. False with errno set if it
// cannot even begin.
bool begin_connecting(const UniqueFd& socket, std::uint16_t port);

// To this machine's own loopback. Errors: `unavailable`.
Result<UniqueFd> begin_connect_here(std::uint16_t port);

// As many as an administrator lets this process have: two file descriptors a connection soon go
// beyond the usual 1024.
void allow_many_files();

// No waiting for more to send; dead peers are found out in the end.
void prepare_forwarded(const UniqueFd& socket);

}  // namespace slip
