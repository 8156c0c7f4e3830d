// SPDX-License-Identifier: Apache-2.0
#include "daemon/rebuild.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>

#include "base/file.h"
#include "base/presence.h"
#include "daemon/catalog_copies.h"
#include "daemon/identity.h"
#include "daemon/stores.h"
#include "operations/rebuild.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

constexpr const char* parts[] = {"", "-wal", "-shm", ".commits"};

// All that the catalog consists of goes to names of its own, which never were in use.
Result<std::string> move_aside(const fs::path& catalog) {
  int number = 1;
  const auto aside = [&](const char* part) {
    return catalog.string() + ".damaged-" + std::to_string(number) + part;
  };
  const auto is_taken = [&]() -> Result<bool> {
    for (const char* part : parts) {
      if (TRY(is_present(aside(part)))) return true;
    }
    return false;
  };
  while (TRY(is_taken())) ++number;
  bool has_moved = false;
  for (const char* part : parts) {
    const std::string from = catalog.string() + part;
    if (::rename(from.c_str(), aside(part).c_str()) == 0) {
      has_moved = true;
    } else if (errno != ENOENT) {
      return error_from_errno(errno, "move " + from + " aside");
    }
  }
  TRY(fsync_directory(catalog.parent_path()));
  return has_moved ? "What was there is kept as " + aside("") + ". " : std::string();
}

Result<> put_in_place(const fs::path& from, const fs::path& catalog) {
  const fs::path partial = catalog.string() + ".partial";
  if (::unlink(partial.c_str()) != 0 && errno != ENOENT) {
    return error_from_errno(errno, "remove " + partial.string());
  }
  TRY(copy_file(from, partial, CopyHow::no_share));
  const UniqueFd file(::open(partial.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) return error_from_errno(errno, "sync " + partial.string());
  if (::rename(partial.c_str(), catalog.c_str()) != 0) {
    return error_from_errno(errno, "rename " + partial.string());
  }
  return fsync_directory(catalog.parent_path());
}

// Whether the catalog that is there is the pool's, whole, and not older than its newest copy.
Result<bool> is_good(const fs::path& catalog, const fs::path& pool, std::int64_t commits_of_copy,
                     Secrets* secrets) {
  if (!TRY(has_catalog(catalog))) return false;
  const auto opened = SqliteCatalog::open(catalog, secrets);
  if (!opened && opened.error().code == ErrorCode::unsupported) return opened.error();
  if (!opened || (*opened)->commits() < commits_of_copy) return false;
  return check_identity(**opened, catalog, pool).has_value();
}

Result<std::string> from_descriptions(const fs::path& catalog, Pool& pool, Secrets* secrets) {
  const auto listing = TRY(pool.driver->list());
  if (listing.volumes.empty() && listing.snapshots.empty()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "the pool in " + pool.driver->info().root.string() +
                            " has no copy of a catalog, and nothing to make one of"};
  }
  // Under another name until it is whole.
  const fs::path partial = catalog.string() + ".rebuilt";
  for (const char* part : parts) {
    const std::string left = partial.string() + part;
    if (::unlink(left.c_str()) != 0 && errno != ENOENT) return error_from_errno(errno, left);
  }
  Rebuilt made;
  {
    auto opened = TRY(SqliteCatalog::open(partial, secrets));
    made = TRY(rebuild_catalog(*opened, listing, machine_time()));
    TRY(check_identity(*opened, partial, pool.driver->info().root));
  }
  TRY(put_in_place(partial, catalog));
  for (const char* part : parts) (void)::unlink((partial.string() + part).c_str());
  std::string words = fmt::format(
      "The catalog was made anew from what the pool says of itself: {} containers, {} points, {} "
      "bookmarks. Set people's passwords anew (\"slip user passwd NAME\"), as root through the "
      "daemon's socket; containers get new ones by themselves.",
      made.containers, made.points, made.bookmarks);
  if (!made.unknown.empty()) {
    words += fmt::format(" Left alone, since it says too little of itself: {}.",
                         fmt::join(made.unknown, ", "));
  }
  return words;
}

}  // namespace

Result<std::string> rebuild_catalog_of(const fs::path& data, const PoolOptions& options,
                                       Secrets* secrets) {
  PoolOptions expected = options;
  expected.presence = PoolPresence::expected;
  Pool pool = TRY(in_context("open the pool", open_pool(expected)));
  const fs::path root = pool.driver->info().root;
  const fs::path catalog = catalog_file(data);
  const auto copy = TRY(newest_good_copy(copies_in(root)));
  if (TRY(is_good(catalog, root, copy ? copy->commits : 0, secrets))) {
    return "The catalog " + catalog.string() + " is good: nothing was changed.";
  }
  // Whatever fails from here on, nothing is lost: all of it is kept, under another name.
  const std::string kept = TRY(move_aside(catalog));
  if (!copy) return kept + TRY(from_descriptions(catalog, pool, secrets));
  TRY(put_in_place(copy->path, catalog));
  const auto opened = TRY(SqliteCatalog::open(catalog, secrets));
  TRY(check_identity(*opened, catalog, root));
  return kept + "The catalog was put back from its newest good copy, " + copy->path.string() +
         ", with " + std::to_string(copy->commits) + " writes.";
}

}  // namespace slip
