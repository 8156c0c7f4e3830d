// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/dialect.h"
#include "adapters/support/connection_text.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// How people and programs reach a copy. Pure. `database` may be empty.
Connection make_connection(const Dialect& dialect, const Login& login, const std::string& database,
                           std::string_view host, std::uint16_t port, Encryption encryption);
std::map<std::string, std::string> make_environment(const Login& login, const std::string& database,
                                                    std::uint16_t port);
// The same where only a unix socket leads there.
std::map<std::string, std::string> make_socket_environment(const Login& login,
                                                           const std::string& database,
                                                           const std::string& socket);

}  // namespace slip::mariadb
