// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "catalog/sqlite/sqlite_catalog.h"

namespace slip {

// Copies of the catalog, kept in the pool, so that what is in it can be used if the catalog is
// lost.

struct CatalogCopy {
  std::filesystem::path path;
  std::int64_t commits = 0;  // how many of the catalog's writes it has
};

// Where they are, in a pool.
std::filesystem::path copies_in(const std::filesystem::path& pool);

// The newest first; none where there is no such folder.
Result<std::vector<CatalogCopy>> find_copies(const std::filesystem::path& folder);

// The newest that holds what was written (SqliteCatalog::check); nothing if none does.
Result<std::optional<CatalogCopy>> newest_good_copy(const std::filesystem::path& folder);

// The newest good one of those that have more than `commits` writes; nothing if none has. Checked
// is only what says that it has more.
Result<std::optional<CatalogCopy>> newer_good_copy(const std::filesystem::path& folder,
                                                   std::int64_t commits);

// Copies a catalog whenever it has changed, on a thread of its own: at most two seconds later where
// that takes no time, and never more than a twentieth of the time. Keeps the last three, and one
// from each of the last hours of running. The last changes are copied before it ends. What cannot
// be copied is logged and tried again.
class CatalogCopier {
 public:
  // Makes the folder. The catalog must outlive it.
  static Result<std::unique_ptr<CatalogCopier>> start(SqliteCatalog& catalog,
                                                      std::filesystem::path folder);
  ~CatalogCopier();
  CatalogCopier(const CatalogCopier&) = delete;
  CatalogCopier& operator=(const CatalogCopier&) = delete;

 private:
  CatalogCopier(SqliteCatalog& catalog, std::filesystem::path folder);
  void run();
  void copy();
  Result<> copy_now();

  SqliteCatalog& catalog_;
  const std::filesystem::path folder_;
  std::int64_t copied_ = -1;
  bool has_failed_ = false;
  std::optional<std::chrono::steady_clock::time_point> hour_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace slip
