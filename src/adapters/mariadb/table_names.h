// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/directory.h"
#include "base/result.h"

namespace slip::mariadb {

// Whether a server told names of tables apart by their case (lower_case_table_names).
enum class NameCase {
  told_apart,  // as servers on Linux do by default
  ignored,     // all are kept in lower case
  not_said,    // by the files: there are only names in lower case, as there may be of both
};

// By a data directory of a server that does not note it (MariaDB): one name that is not in lower
// case is of a server that tells them apart. A view or trigger that calls a table otherwise than
// its file is named is of one that does not.
Result<NameCase> name_case_by_names(const Directory& data);

// By the data dictionary of MySQL.
Result<NameCase> name_case_in_dictionary(const Directory& data);

}  // namespace slip::mariadb
