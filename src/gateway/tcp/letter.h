// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// What the daemon and the gateway say to each other, over a unix socket: one JSON object a message,
// with at most one file descriptor. A field that is missing has its default, and one that is not
// known is ignored, so that a daemon understands the greeting of every gateway, and every gateway
// understands the kinds that are marked so.
enum class LetterKind {
  // From the gateway, in this order, to each daemon that comes.
  greeting,  // understood by all: protocol, text (the version), is_retired
  port,      // understood by all: one that is open, with its listening socket; port, target
  ready,     // understood by all: that was all
  // From the daemon; each is answered by `done` with the same id.
  lead,    // to `target` from now on; the first time with the port's listening socket
  hold,    // cuts what there is, and lets new ones wait
  close,   // cuts all, and closes the port
  cut,     // understood by all: cuts what there is
  retire,  // understood by all: listens no more, ends with its last connection
  count,   // of connections
  // From the daemon, without an answer.
  front,   // connections from other machines are encrypted: text has the certificate and its key;
           // empty: they are passed on as they are
  socket,  // answers `want`: a connection on its way to the target, none if it cannot be had; text
           // is how the client talks (Speech)
  end,     // understood by all: cuts everything and ends
  // Either way.
  client,  // understood by all: one that has not been led anywhere, and waits
  // From the gateway.
  want,     // a connection to where `port` leads; is_here: the client is on this machine
  done,     // count, of what was asked for
  refused,  // count connections were closed, being too many; text says what is allowed
};
BOOST_DESCRIBE_ENUM(LetterKind, greeting, port, ready, lead, hold, close, cut, retire, count, front,
                    socket, end, client, want, done, refused)

struct Letter {
  LetterKind kind = LetterKind::done;
  std::uint64_t id = 0;
  std::uint16_t port = 0;
  std::string target = {};  // as the daemon names it; empty: nowhere
  std::string text = {};
  std::uint32_t protocol = 0;
  std::uint64_t count = 0;
  bool is_here = false;
  bool is_retired = false;
};
BOOST_DESCRIBE_STRUCT(Letter, (),
                      (kind, id, port, target, text, protocol, count, is_here, is_retired))

// Changes with every change that is not understood by all.
constexpr std::uint32_t kGatewayProtocol = 1;

struct Received {
  Letter letter;
  UniqueFd fd = {};
};

enum class Patience { none, until_sent };

// Messages are at most 64 KiB. Errors: `busy` (with no patience: not now), `unavailable` (the other
// side is gone).
Result<> send_letter(const UniqueFd& socket, const Letter& letter, int fd, Patience patience);

// Nothing: there is none now, or one that nobody understands. Errors: `unavailable` (the other side
// is gone).
Result<std::optional<Received>> receive_letter(const UniqueFd& socket);

}  // namespace slip
