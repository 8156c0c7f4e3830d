// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/directory.h"
#include "base/result.h"

namespace slip::mariadb {

// What the first page of one of InnoDB's files says. "MySQL Internals Manual: InnoDB page
// structure"; "MariaDB Knowledge Base: innodb_checksum_algorithm" for the other form of the flags.
struct InnodbFile {
  std::uint64_t bytes = 0;
  bool is_blank = false;        // a part of a tablespace that nothing has been written to
  std::uint32_t page = 0;       // its number in the tablespace
  std::uint32_t space = 0;      // the tablespace's
  bool is_head = false;         // of a tablespace; only then is known:
  std::uint32_t pages = 0;      // that the tablespace has, as far as it is written out
  std::uint32_t page_size = 0;  // 4 to 64 KiB
  bool is_encrypted = false;
};

// Nothing: it is too short to have a page. Errors: as Directory::open_file.
Result<std::optional<InnodbFile>> read_innodb_file(const Directory& directory,
                                                   const std::filesystem::path& name);

// Of a file of the redo log: whether its head has the key that it is encrypted with, itself
// encrypted. Errors: as Directory::open_file.
Result<bool> is_encrypted_log(const Directory& directory, const std::filesystem::path& name);

}  // namespace slip::mariadb
