// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/mariadb/ingest.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// Carries out what an open dump defines, without its rows, on a server whose data goes again, and
// gives back what that refuses: with the line, and what to do about it. What fails only because
// something before it was refused is left out. `database`: as for load_file.
Result<std::vector<DumpRefusal>> rehearse(const Ingest& ingest, const ServerVersion& version,
                                          const PrivateServer& server, int dump,
                                          const std::filesystem::path& shown,
                                          const std::string& database);

// What a client says of statements that were refused, in its words: "ERROR 1273 (HY000) at line 7:
// Unknown collation: 'x'".
std::vector<DumpRefusal> read_refusals(const std::string& said);

// What to do about a statement that a server refuses, by the error's number and words.
std::string cure_of(int number, std::string_view said);

}  // namespace slip::mariadb
