// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "adapters/mariadb/dialect.h"
#include "adapters/support/tenant_files.h"
#include "base/result.h"

namespace slip::mariadb {

// Our own user in every server we keep.
//
// Servers see who comes over TCP from this machine as "localhost" too, and must: accounts at a
// host's name, which views and triggers run as, are only there where names are resolved. So our
// user has a password, a new one for every copy: one that came with the data somebody may know. The
// server sets it from a file, before it lets anybody in.
//
// Password and file lie in a directory that only we write (`ours`).
inline constexpr std::string_view kOwnUser = "slipstream";
inline constexpr const char* kInitFileName = "init.sql";

// Puts a new password and the file for the server into `ours`. No server is running.
Result<> renew_own_user(const Dialect& dialect, const Directory& ours, const RunUser& user);

// Errors: `not_found`.
Result<std::string> read_own_password(const Directory& ours);

}  // namespace slip::mariadb
