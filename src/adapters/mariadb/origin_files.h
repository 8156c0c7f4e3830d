// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "adapters/mariadb/dialect.h"
#include "base/directory.h"
#include "base/result.h"

namespace slip::mariadb {

// What the files of a foreign data directory demand of the server that opens them: read from them
// themselves, as its own configuration lies elsewhere. `shown` is the directory, for messages.

// As lines of an option file (configuration.h, write_origin_options): the size of pages, the files
// of the system tablespace, the undo tablespaces, whether names are told apart by their case.
// Errors: `unsupported` (a part of it lies elsewhere: which, and what to do).
Result<std::string> options_from_files(const Dialect& dialect, const Directory& data,
                                       const std::filesystem::path& shown);

// Errors: `unsupported` (the key to it is not in the directory; says what is encrypted: a table or
// tablespace of InnoDB, a table of Aria, the redo log).
Result<> check_not_encrypted(const Dialect& dialect, const Directory& data,
                             const std::filesystem::path& shown);

}  // namespace slip::mariadb
