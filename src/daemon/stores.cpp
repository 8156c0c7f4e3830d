// SPDX-License-Identifier: Apache-2.0
#include "daemon/stores.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "base/file.h"
#include "base/log.h"
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

// Of a data directory that an installation has had. The first start makes the key and the folder of
// the secrets before it makes a catalog, so these alone are not told by their names.
struct Remains {
  std::size_t secrets = 0;
  std::vector<std::string> names;  // of files and folders

  bool are_there() const { return secrets > 0; }
};

Result<Remains> look_for_remains(const fs::path& data, Secrets* secrets) {
  Remains found;
  if (secrets != nullptr) found.secrets = TRY(secrets->list()).size();
  for (const char* name : {"secrets", "secrets.key", "runtime", "tls"}) {
    if (TRY(is_present(data / name))) found.names.emplace_back(name);
  }
  return found;
}

// `else_there`: what there is although the catalog is not.
Error lost_catalog(const fs::path& catalog, const std::string& else_there, std::string hint) {
  return {
      .code = ErrorCode::unavailable,
      .message = "the catalog " + catalog.string() + " is missing or empty, though " + else_there,
      .hint = "No new one is made. " + std::move(hint)};
}

std::string words_of(const Remains& remains, const fs::path& data) {
  return fmt::format("{} has been an installation's: it holds {}, and secrets are kept ({})",
                     data.string(), fmt::join(remains.names, ", "), remains.secrets);
}

std::string how_to_begin_anew(const fs::path& data) {
  return "Mount the disk that catalog and pool are on, or put both back. If this is to be a new "
         "installation, move what is in " +
         data.string() + " away first, or use another folder.";
}

Result<> check_nothing_is_lost(StorageDriver& pool, const fs::path& catalog,
                               const Remains& remains) {
  const auto listing = TRY(pool.list());
  const std::size_t entries =
      listing.volumes.size() + listing.snapshots.size() + listing.unknown.size();
  const fs::path log = catalog.string() + "-wal";
  const fs::path root = pool.info().root;
  const bool has_copies = !TRY(find_copies(copies_in(root))).empty();
  if (entries > 0 || has_copies || TRY(is_present(log))) {
    return lost_catalog(catalog, "the pool in " + root.string() + " holds data",
                        "Nothing was changed. " + how_to_rebuild(root));
  }
  if (!remains.are_there()) return {};
  const fs::path data = catalog.parent_path();
  return lost_catalog(catalog, words_of(remains, data), how_to_begin_anew(data));
}

// Neither is there, and yet this is no new installation.
Error lost_both(const fs::path& catalog, const Remains& remains, const Error& of_the_pool) {
  const fs::path data = catalog.parent_path();
  return lost_catalog(
      catalog, words_of(remains, data),
      "And " + of_the_pool.message + ". Nothing was changed. " + how_to_begin_anew(data));
}

// Copies are made of what has been written, so a catalog has all that its copies have, whenever the
// daemon ends.
Result<> check_none_is_newer(const SqliteCatalog& catalog, const fs::path& file,
                             StorageDriver& pool) {
  const fs::path copies = copies_in(pool.info().root);
  const auto looked =
      in_context("look through the catalog's copies", newer_good_copy(copies, catalog.commits()));
  if (!looked && !pool.probe()) {
    // It may come back (StorageDriver::revive); until then nothing in it can be deleted either.
    spdlog::warn("the catalog is not compared with its copies: {}", looked.error().describe());
    return {};
  }
  const auto newer = TRY(looked);
  if (!newer) return {};
  return Error{
      .code = ErrorCode::precondition_failed,
      .message =
          fmt::format("the catalog {} is an older one: it has had {} writes, and its copy "
                      "in the pool, {}, {}",
                      file.string(), catalog.commits(), newer->path.string(), newer->commits),
      .hint =
          "Put back the catalog that the pool was used with; or \"slip doctor --rebuild\" puts "
          "that copy in its place and keeps what is there now. To go back to the older one on "
          "purpose, move the folder " +
          copies.string() + " away, and start again."};
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
  const Remains remains = TRY(look_for_remains(data, secrets));
  if (is_known) {
    auto opened = open_catalog();
    if (!opened && opened.error().code == ErrorCode::unavailable) {
      return with_remedy(std::move(opened).error(), pool);
    }
    stores.catalog = TRY(std::move(opened));
    pool.presence = TRY(what_catalog_expects(*stores.catalog));
  } else if (remains.are_there()) {
    pool.presence = PoolPresence::expected;
  }
  auto opened_pool = in_context("open the pool", open_pool(pool));
  if (!opened_pool && !is_known && remains.are_there()) {
    return lost_both(file, remains, opened_pool.error());
  }
  stores.pool = TRY(std::move(opened_pool));
  const fs::path root = stores.pool.driver->info().root;
  if (!is_known) {
    TRY(check_nothing_is_lost(*stores.pool.driver, file, remains));
    stores.catalog = TRY(open_catalog());
  }
  TRY(check_identity(*stores.catalog, file, root));
  TRY(check_none_is_newer(*stores.catalog, file, *stores.pool.driver));
  stores.copier =
      TRY(in_context("copy the catalog", CatalogCopier::start(*stores.catalog, copies_in(root))));
  return stores;
}

}  // namespace slip
