// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "adapters/support/connection_text.h"
#include "ports/adapter.h"

namespace slip::redis {

// How people and applications reach a server; `database` is a number.
Connection make_connection(const Login& login, int database, std::string_view host,
                           std::uint16_t port, Encryption encryption);
std::map<std::string, std::string> make_environment(const Login& login, int database,
                                                    std::uint16_t port);
// For what only the unix socket leads to.
std::map<std::string, std::string> make_socket_environment(const Login& login, int database,
                                                           const std::string& socket);

}  // namespace slip::redis
