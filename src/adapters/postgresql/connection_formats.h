// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/settings.h"
#include "adapters/support/connection_text.h"
#include "ports/adapter.h"

namespace slip::postgresql {

// How people and programs reach a copy. Pure.
Connection make_connection(const Login& login, const std::string& database, std::string_view host,
                           std::uint16_t port, Encryption encryption);
// `host` may also be the folder of a unix socket.
std::map<std::string, std::string> make_environment(const Login& login, const std::string& database,
                                                    const std::string& host, std::uint16_t port);

}  // namespace slip::postgresql
