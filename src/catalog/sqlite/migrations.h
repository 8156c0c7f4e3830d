// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.h"
#include "catalog/sqlite/connection.h"
#include "ports/secrets.h"

namespace slip::sqlite {

// One change of the schema, a file of migrations/. Migration n takes schema n - 1 to n; a file that
// has been released never changes. A new member of a record needs one, for its column; so does a
// new member of anything kept as JSON inside a column, because JSON is read strictly.
struct Migration {
  int number;
  std::string_view name;
  std::string_view sql;
};

// All of them, numbered 1, 2, 3, ...
std::span<const Migration> migrations();

// Brings the database at `path`, which `connection` has open, to the newest schema of `known`; each
// migration is one transaction, "vacuum" apart, which also removes the copies from before it.
// `secrets` takes over what a catalog of old holds itself. An existing database is first copied to
// "<path>.before-<n>", n being its first new schema. Errors: `unsupported` when it is of a newer
// schema or of another program; `internal` when a migration fails or leaves a reference to nothing,
// naming it: the database stays at the last good schema.
Result<> migrate(Connection& connection, const std::filesystem::path& path,
                 std::span<const Migration> known, Secrets* secrets = nullptr);

}  // namespace slip::sqlite
