// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

// A plain dump, open.
struct PlainDump {
  UniqueFd file;
  std::filesystem::path path;  // for messages
};

// The dump as it can be loaded: itself, or what it was packed from, which is then in the ingest's
// directory. Errors: those of open_dump and detect_packing.
Result<PlainDump> unpack_dump(const Ingest& ingest, const std::filesystem::path& origin);

// That it is of this product, and which database it is for. Errors: `invalid_argument`.
Result<> check_dump_content(const Ingest& ingest, const DumpContent& content,
                            const std::filesystem::path& origin);

}  // namespace slip::mariadb
