// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slip::mariadb {

// What keeps the rows that are asked for, with what belongs to them and what they reference, and
// deletes the others, in one server's SQL.
struct SubsetScript {
  std::string_view begin;  // makes `named`: name, db, tbl, cond
  std::string_view named;
  std::string_view rest;  // goes by what is in it, and takes it away
};
const SubsetScript& mariadb_subset();
const SubsetScript& mysql_subset();

// As Adapter::subset_script.
// Errors: `invalid_argument` (a name that is not written as SQL writes names).
Result<std::string> make_subset_script(
    const SubsetScript& by, const std::map<std::string, std::string>& condition_by_table);

}  // namespace slip::mariadb
