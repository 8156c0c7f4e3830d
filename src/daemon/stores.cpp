#include "daemon/stores.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"
#include "base/presence.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

// Whether there is a catalog with something in it: the first start may have ended before it was.
Result<bool> has_catalog(const fs::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) == 0) return about.st_size > 0;
  if (errno != ENOENT) return error_from_errno(errno, "look at " + file.string());
  if (!TRY(is_present(file))) return false;
  return Error{.code = ErrorCode::unavailable,
               .message = "the catalog " + file.string() + " is a link that leads nowhere",
               .hint = "Mount the disk that it is on, and start again. Nothing was changed."};
}

Result<PoolPresence> what_catalog_expects(Catalog& catalog) {
  return catalog.read([](CatalogUnit& unit) -> Result<PoolPresence> {
    const bool knows_data =
        !TRY(unit.volumes().all()).empty() || !TRY(unit.snapshots().all()).empty();
    return knows_data ? PoolPresence::expected : PoolPresence::may_be_new;
  });
}

Result<> check_nothing_is_lost(StorageDriver& pool, const fs::path& catalog) {
  const auto listing = TRY(pool.list());
  const std::size_t entries =
      listing.volumes.size() + listing.snapshots.size() + listing.unknown.size();
  const fs::path log = catalog.string() + "-wal";
  if (entries == 0 && !TRY(is_present(log))) return {};
  return Error{.code = ErrorCode::unavailable,
               .message = "the catalog " + catalog.string() +
                          " is missing or empty, though the pool in " + pool.info().root.string() +
                          " holds data",
               .hint = "Put the catalog back. No new one is made, and nothing was changed."};
}

}  // namespace

fs::path catalog_file(const fs::path& data) {
  return data / "catalog.db";
}

Result<Stores> open_stores(const PoolOptions& options, Secrets* secrets) {
  const fs::path file = catalog_file(options.data);
  const auto open_catalog = [&] {
    return in_context("open the catalog", SqliteCatalog::open(file, secrets));
  };
  Stores stores;
  PoolOptions pool = options;
  const bool is_known = TRY(has_catalog(file));
  if (is_known) {
    stores.catalog = TRY(open_catalog());
    pool.presence = TRY(what_catalog_expects(*stores.catalog));
  }
  stores.pool = TRY(in_context("open the pool", open_pool(pool)));
  if (is_known) return stores;
  TRY(check_nothing_is_lost(*stores.pool.driver, file));
  stores.catalog = TRY(open_catalog());
  return stores;
}

}  // namespace slip
