// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "adapters/mariadb/dump_sections.h"
#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

// Loads those sections of a dump that names its databases into a running server: its tables several
// at a time, all else in the dump's order before them (databases, sequences) and after them (views,
// routines, events). `preface`: statements that come first. `origin`: for messages.
// Needs room for the sections once more while it loads, in the folder kParts. Errors: those of
// `run_step`; `invalid_argument` where the server refuses one of them. On an error the data is of
// no use, and the folder is left.
Result<> load_sections(const Ingest& ingest, const ServerVersion& version,
                       const PrivateServer& server, int dump,
                       const std::vector<DumpSection>& sections, const std::string& preface,
                       const std::string& origin);

inline constexpr const char* kParts = "dump.parts";

}  // namespace slip::mariadb
