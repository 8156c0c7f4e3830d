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

// What is made is made under this name, until it is whole.
fs::path partial_of(const fs::path& catalog) {
  return catalog.string() + ".rebuilt";
}

// With what belongs to it.
Result<> remove_partial(const fs::path& partial) {
  std::error_code failed;
  auto each = fs::directory_iterator(partial.parent_path(), failed);
  for (; !failed && each != fs::directory_iterator(); each.increment(failed)) {
    const fs::path& name = each->path();
    if (!name.filename().string().starts_with(partial.filename().string())) continue;
    if (::unlink(name.c_str()) != 0 && errno != ENOENT) {
      return error_from_errno(errno, "remove " + name.string());
    }
  }
  if (failed) return error_from_errno(failed.value(), "read " + partial.parent_path().string());
  return {};
}

// Returns where what was there is.
Result<std::string> put_in_place(const fs::path& partial, const fs::path& catalog) {
  {
    const UniqueFd file(::open(partial.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file || ::fsync(file.get()) != 0) {
      return error_from_errno(errno, "sync " + partial.string());
    }
  }
  const std::string kept = TRY(move_aside(catalog));
  if (::rename(partial.c_str(), catalog.c_str()) != 0) {
    return error_from_errno(errno, "rename " + partial.string());
  }
  TRY(fsync_directory(catalog.parent_path()));
  TRY(remove_partial(partial));
  return kept;
}

// The names in a pool are random: a catalog that knows one of them is that pool's.
Result<bool> knows_some(Catalog& catalog, const StorageListing& pool) {
  return catalog.read([&](CatalogUnit& unit) -> Result<bool> {
    for (const auto& one : pool.volumes) {
      if (TRY(unit.volumes().find(one.id))) return true;
    }
    for (const auto& one : pool.snapshots) {
      if (TRY(unit.snapshots().find(one.id))) return true;
    }
    return false;
  });
}

enum class CatalogOf { pool, pool_with_lost_identity, another };

// By their identities, and where these are not one, by what is in the pool.
Result<CatalogOf> whose_is(Catalog& catalog, const fs::path& name, const fs::path& root,
                           const StorageListing& pool) {
  const auto checked = check_identity(catalog, name, root);
  if (checked) return CatalogOf::pool;
  if (checked.error().code != ErrorCode::precondition_failed) return checked.error();
  return TRY(knows_some(catalog, pool)) ? CatalogOf::pool_with_lost_identity : CatalogOf::another;
}

// Whether the catalog that is there is the pool's, whole, and not older than its newest copy; then,
// what was done for that, in words.
Result<std::optional<std::string>> keep_if_good(const fs::path& catalog, const fs::path& root,
                                                const StorageListing& pool,
                                                std::int64_t commits_of_copy, Secrets* secrets) {
  const std::optional<std::string> no;
  if (!TRY(has_catalog(catalog))) return no;
  const auto opened = SqliteCatalog::open(catalog, secrets);
  if (!opened && opened.error().code == ErrorCode::unsupported) return opened.error();
  if (!opened || (*opened)->commits() < commits_of_copy) return no;
  const CatalogOf whose = TRY(whose_is(**opened, catalog, root, pool));
  if (whose == CatalogOf::another) return no;
  const std::string good = "The catalog " + catalog.string() + " is good";
  if (whose == CatalogOf::pool) return std::optional(good + ": nothing was changed.");
  TRY(give_identity(**opened, root));
  return std::optional(good + ". The pool's identity was lost, and has been written anew.");
}

// Copies that are damaged would be taken for newer than what comes now.
Result<> set_damaged_aside(const fs::path& copies, const std::optional<CatalogCopy>& good) {
  for (const auto& copy : TRY(find_copies(copies))) {
    if (good && copy.path == good->path) break;
    const fs::path aside = copies / ("damaged-" + copy.path.filename().string());
    if (::rename(copy.path.c_str(), aside.c_str()) != 0) {
      return error_from_errno(errno, "rename " + copy.path.string());
    }
  }
  return {};
}

Result<> check_copy(SqliteCatalog& made, const fs::path& copy, const fs::path& root,
                    const StorageListing& pool) {
  const CatalogOf whose = TRY(whose_is(made, copy, root, pool));
  if (whose == CatalogOf::pool) return {};
  // It lies in the pool, so where nothing else does, it is the pool's.
  const bool is_empty = pool.volumes.empty() && pool.snapshots.empty();
  if (whose == CatalogOf::pool_with_lost_identity || is_empty) return give_identity(made, root);
  return Error{.code = ErrorCode::precondition_failed,
               .message = "the catalog's newest copy in the pool, " + copy.string() +
                          ", is not this pool's: it knows nothing of what is in it",
               .hint = "Nothing was changed. Move the folder " + copy.parent_path().string() +
                       " away, and the catalog is made of what the pool says of itself."};
}

Result<std::string> from_copy(const fs::path& catalog, const CatalogCopy& copy,
                              const fs::path& root, const StorageListing& pool, Secrets* secrets) {
  const fs::path partial = partial_of(catalog);
  TRY(copy_file(copy.path, partial, CopyHow::no_share));
  {
    const auto opened = TRY(SqliteCatalog::open(partial, secrets));
    TRY(check_copy(*opened, copy.path, root, pool));
  }
  return "The catalog was put back from its newest good copy, " + copy.path.string() + ", with " +
         std::to_string(copy.commits) + " writes.";
}

// What volumes and snapshots do not say: they were described when they were made.
std::string what_is_lost(const Rebuilt& made) {
  std::string words =
      " What was changed since something was made is not known: which branch is active, names, "
      "members and quotas are as they were then, and who or what was deleted may be back.";
  if (!made.unsure.empty()) {
    words += fmt::format(
        " Before anybody works on them, look at the active branches of those with several (\"slip "
        "branch activate\" changes it): {}.",
        fmt::join(made.unsure, ", "));
  }
  return words;
}

Result<std::string> from_descriptions(const fs::path& catalog, const fs::path& root,
                                      const StorageListing& listing, Secrets* secrets) {
  if (listing.volumes.empty() && listing.snapshots.empty()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "the pool in " + root.string() +
                            " has no copy of a catalog, and nothing to make one of"};
  }
  Rebuilt made;
  {
    const fs::path partial = partial_of(catalog);
    auto opened = TRY(SqliteCatalog::open(partial, secrets));
    made = TRY(rebuild_catalog(*opened, listing, machine_time()));
    TRY(check_identity(*opened, partial, root));
  }
  std::string words = fmt::format(
      "The catalog was made anew from what the pool says of itself: {} containers, {} points, {} "
      "bookmarks. Set people's passwords anew (\"slip user passwd NAME\"), as root through the "
      "daemon's socket; containers get new ones by themselves.",
      made.containers, made.points, made.bookmarks);
  words += what_is_lost(made);
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
  const auto listing = TRY(pool.driver->list());
  const auto copy = TRY(newest_good_copy(copies_in(root)));
  const auto good = TRY(keep_if_good(catalog, root, listing, copy ? copy->commits : 0, secrets));
  if (good) return *good;
  TRY(remove_partial(partial_of(catalog)));
  const auto done = copy ? from_copy(catalog, *copy, root, listing, secrets)
                         : from_descriptions(catalog, root, listing, secrets);
  if (!done) {
    (void)remove_partial(partial_of(catalog));
    return done;
  }
  // Whatever fails from here on, nothing is lost: all of it is kept, under another name.
  TRY(set_damaged_aside(copies_in(root), copy));
  return TRY(put_in_place(partial_of(catalog), catalog)) + *done;
}

}  // namespace slip
