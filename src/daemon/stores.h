// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "daemon/catalog_copies.h"
#include "storage/pool/pool.h"

namespace slip {

// The pool and the catalog of one installation. Each is worth nothing without the other.
struct Stores {
  Pool pool;
  std::unique_ptr<SqliteCatalog> catalog;
  std::unique_ptr<CatalogCopier> copier;  // after the catalog: it ends before it
};

// Opens both, the catalog in `data`, or makes both where there is neither, and copies the catalog
// into the pool from that time. Errors: `unavailable` where one is there and the other is not, or
// the catalog is damaged, naming what is wrong, and where neither is there but `secrets` has some:
// nothing new is put in its place. `precondition_failed` where they do not belong together, or the
// pool has a copy of the catalog with more writes than the catalog itself. Those of the pool and of
// the catalog. `secrets` is for the catalog, too (SqliteCatalog::open).
Result<Stores> open_stores(const std::filesystem::path& data, const PoolOptions& options,
                           Secrets* secrets = nullptr);

// Whether there is a catalog with something in it: the first start may have ended before it was.
// Errors: `unavailable` where that cannot be seen.
Result<bool> has_catalog(const std::filesystem::path& file);

// The catalog's file.
std::filesystem::path catalog_file(const std::filesystem::path& data);

}  // namespace slip
