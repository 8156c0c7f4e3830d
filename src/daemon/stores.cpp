// SPDX-License-Identifier: Apache-2.0
#include "daemon/stores.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"
#include "base/presence.h"
#include "daemon/identity.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

}  // namespace

Result<bool> has_catalog(const fs::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) == 0) return about.st_size > 0;
  if (errno != ENOENT) return error_from_errno(errno, "look at " + file.string());
  if (!TRY(is_present(file))) return false;
  return Error{.code = ErrorCode::unavailable,
               .message = "the catalog " + file.string() + " is a link that leads nowhere",
               .hint = "Mount the disk that it is on, and start again. Nothing was changed."};
}

namespace {

Result<PoolPresence> what_catalog_expects(Catalog& catalog) {
  return catalog.read([](CatalogUnit& unit) -> Result<PoolPresence> {
    const bool knows_data =
        !TRY(unit.volumes().all()).empty() || !TRY(unit.snapshots().all()).empty();
    return knows_data ? PoolPresence::expected : PoolPresence::may_be_new;
  });
}

std::string how_to_rebuild(const fs::path& pool) {
  const auto copy = newest_good_copy(copies_in(pool));
  if (copy && *copy) {
    return "Its newest good copy is " + (*copy)->path.string() +
           ": \"slip doctor --rebuild\" puts that in its place and keeps what is there now.";
  }
  return "The pool has no good copy of it: \"slip doctor --rebuild\" makes it anew from what the "
         "pool says of itself, and keeps what is there now. Put back a copy of your own if you "
         "have "
         "one.";
}

Result<> check_nothing_is_lost(StorageDriver& pool, const fs::path& catalog) {
  const auto listing = TRY(pool.list());
  const std::size_t entries =
      listing.volumes.size() + listing.snapshots.size() + listing.unknown.size();
  const fs::path log = catalog.string() + "-wal";
  const bool has_copies = !TRY(find_copies(copies_in(pool.info().root))).empty();
  if (entries == 0 && !has_copies && !TRY(is_present(log))) return {};
  return Error{
      .code = ErrorCode::unavailable,
      .message = "the catalog " + catalog.string() + " is missing or empty, though the pool in " +
                 pool.info().root.string() + " holds data",
      .hint = "No new one is made, and nothing was changed. " + how_to_rebuild(pool.info().root)};
}

// What was found wrong with the catalog, and what can be done about it.
Error with_remedy(Error error, PoolOptions pool) {
  pool.presence = PoolPresence::expected;
  const auto opened = open_pool(pool);
  error.hint = "Nothing was changed. " +
               (opened ? how_to_rebuild(opened->driver->info().root)
                       : "The pool cannot be looked at either: " + opened.error().describe());
  return error;
}

}  // namespace

fs::path catalog_file(const fs::path& data) {
  return data / "catalog.db";
}

Result<Stores> open_stores(const fs::path& data, const PoolOptions& options, Secrets* secrets) {
  const fs::path file = catalog_file(data);
  const auto open_catalog = [&] {
    return in_context("open the catalog", SqliteCatalog::open(file, secrets));
  };
  Stores stores;
  PoolOptions pool = options;
  const bool is_known = TRY(has_catalog(file));
  if (is_known) {
    auto opened = open_catalog();
    if (!opened && opened.error().code == ErrorCode::unavailable) {
      return with_remedy(std::move(opened).error(), pool);
    }
    stores.catalog = TRY(std::move(opened));
    pool.presence = TRY(what_catalog_expects(*stores.catalog));
  }
  stores.pool = TRY(in_context("open the pool", open_pool(pool)));
  const fs::path root = stores.pool.driver->info().root;
  if (!is_known) {
    TRY(check_nothing_is_lost(*stores.pool.driver, file));
    stores.catalog = TRY(open_catalog());
  }
  TRY(check_identity(*stores.catalog, file, root));
  stores.copier =
      TRY(in_context("copy the catalog", CatalogCopier::start(*stores.catalog, copies_in(root))));
  return stores;
}

}  // namespace slip
