// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slip::http {

// The one text of an IP address, so that addresses compare as texts: "2001:DB8:0::1" is
// "2001:db8::1", and an IPv4 address in an IPv6 one ("::ffff:10.1.1.1") is "10.1.1.1". Brackets and
// a port are left out, as some proxies send them. Nothing where it is no address.
std::optional<std::string> canonical_address(std::string_view text);

// Whom a canonical address counts as where clients are counted: of IPv6 the network of 64 bits, of
// which one customer has at least one to choose addresses from; else the address itself.
std::string client_of_address(const std::string& address);

}  // namespace slip::http
