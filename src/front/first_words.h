// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace slip {

// How a connection begins, as far as it takes to know whether it is going to be encrypted. Pure.

// How clients and servers of an endpoint talk. `any`: the client speaks first and has no TLS of its
// own, such as HTTP.
enum class Speech { postgresql, mysql, any };

// The protocol is in "Message Formats" of PostgreSQL's manual: SSLRequest, GSSENCRequest,
// CancelRequest, and since 17 TLS from the first byte.
using PostgresqlBeginning = std::array<std::uint8_t, 8>;
enum class PostgresqlIntent {
  begins_tls,
  asks_for_tls,
  asks_for_gss,
  cancels,  // a query of another connection, which it must know a secret of
  goes_on_plain,
};
PostgresqlIntent intent_of(const PostgresqlBeginning& beginning);

// Of a client's first packet: a header and its capabilities ("Protocol::HandshakeResponse" in
// MySQL's and MariaDB's manuals).
using MysqlBeginning = std::array<std::uint8_t, 6>;
bool asks_for_tls(const MysqlBeginning& beginning);

bool begins_tls(std::uint8_t first);

// What to answer whoever would go on without TLS, in the protocol's own form.
std::string refusal_of(Speech speech);

}  // namespace slip
