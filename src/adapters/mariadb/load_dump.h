// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

// Runs the program that makes text of an open dump and writes it to `to`, a new file or a pipe.
// `wanted` is asked now and then whether to go on; nothing: the ingest's progress is. `shown` is
// the dump's path, for messages. Errors: `invalid_argument` (it is broken), `canceled`, `no_space`.
Result<> run_unpacker(const Ingest& ingest, int dump, const std::filesystem::path& shown,
                      Packing packing, const std::filesystem::path& to,
                      const std::function<bool()>& wanted = {});

// That it is of this product, and which database it is for. Errors: `invalid_argument`.
Result<> check_dump_content(const Ingest& ingest, const DumpContent& content,
                            const std::filesystem::path& origin);

}  // namespace slip::mariadb
