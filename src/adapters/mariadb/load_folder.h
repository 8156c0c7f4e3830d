// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/dump_folder.h"
#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

// What the files of a folder have in them.
struct FolderContent {
  DumpContent all;
  std::map<std::string, std::string> databases;  // by what files call them
  std::map<std::string, std::string> tables;     // that a file makes which is called so, of --tab
};

// Reads every file to its end. Errors: those of scan_dump, of the file that is to blame.
Result<FolderContent> scan_folder(const Ingest& ingest, const DumpFolder& folder);

// Into a running server; `database`: where the tables of --tab go. Errors: those of load_file, and
// `invalid_argument` where a table has not the rows that the folder says it had.
Result<> load_folder(const Ingest& ingest, const ServerVersion& version,
                     const PrivateServer& server, const DumpFolder& folder,
                     const FolderContent& content, const std::string& database);

// The same without rows, on a server whose data goes again: what is refused.
Result<std::vector<Error>> rehearse_folder(const Ingest& ingest, const ServerVersion& version,
                                           const PrivateServer& server, const DumpFolder& folder,
                                           const FolderContent& content,
                                           const std::string& database);

}  // namespace slip::mariadb
