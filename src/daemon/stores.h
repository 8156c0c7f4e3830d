#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "storage/pool/pool.h"

namespace slip {

// The pool and the catalog of one installation. Each is worth nothing without the other.
struct Stores {
  Pool pool;
  std::unique_ptr<SqliteCatalog> catalog;
};

// Opens both, or makes both where there is neither. Errors: `unavailable` where one is there and
// the other is not, naming what is missing: nothing new is put in its place; those of the pool and
// of the catalog. `secrets` is for the catalog (SqliteCatalog::open).
Result<Stores> open_stores(const PoolOptions& options, Secrets* secrets = nullptr);

// The catalog's file.
std::filesystem::path catalog_file(const std::filesystem::path& data);

}  // namespace slip
