// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "adapters/mariadb/dialect.h"
#include "adapters/mariadb/table_name.h"
#include "base/directory.h"
#include "base/result.h"

namespace slip::mariadb {

// Tables that two data directories of one line of data have, defined otherwise in the one than in
// the other, by the files in which servers keep definitions. Names are as files have them: other
// characters than ASCII's letters, digits, "_" and "$" as "@xxxx".
//
// A binary log has the statements that define tables, and not all that their sessions had set: the
// engine of a table that names none (default_storage_engine, enforce_storage_engine), what "utf8"
// means (old_mode), options that InnoDB gives (innodb_compression_default). MariaDB's definitions
// are compared as a whole, but for the version that each gets; of MySQL's, whose log has the rest,
// the engine.
// Errors: as Directory's.
Result<std::vector<TableName>> tables_defined_otherwise(const Dialect& dialect,
                                                        const Directory& one,
                                                        const Directory& other);

}  // namespace slip::mariadb
