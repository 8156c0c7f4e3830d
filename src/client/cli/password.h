// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace slip::cli {

// A password from a file, "-" being standard input; its line break is left out. With no file it is
// asked for on the terminal, without echo.
// Errors: `not_found`, `invalid_argument` (empty, or there is no terminal to ask at).
Result<Secret> read_password(const std::string& file, const std::string& question);

// A new password: as read_password, but asked for twice on a terminal.
Result<Secret> read_new_password(const std::string& file, const std::string& user);

// A setting's value: "@FILE" is the file's content, "@-" standard input's, so that a secret need
// not stand in the list of processes. Line breaks at its end are left out.
Result<std::string> read_value(const std::string& value);

}  // namespace slip::cli
