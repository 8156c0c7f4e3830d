// SPDX-License-Identifier: Apache-2.0
#include "daemon/catalog_copies.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>

#include "base/file.h"
#include "base/log.h"
#include "base/presence.h"

namespace slip {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr auto shortest_pause = 2s;
constexpr int rest_factor = 20;  // so much longer than a copy took it pauses
constexpr std::size_t latest_kept = 3;
constexpr std::size_t hourly_kept = 3;
constexpr std::string_view prefix = "catalog-";
constexpr std::string_view hourly = ".hour";

std::optional<CatalogCopy> copy_at(const fs::path& path) {
  const std::string name = path.filename();
  if (!name.starts_with(prefix) || name.ends_with(".partial")) return std::nullopt;
  CatalogCopy copy{.path = path};
  const char* digits = name.data() + prefix.size();
  const auto read = std::from_chars(digits, name.data() + name.size(), copy.commits);
  if (read.ec != std::errc()) return std::nullopt;
  return copy;
}

bool is_hourly(const CatalogCopy& copy) {
  return copy.path.string().ends_with(hourly);
}

// All but the newest of each sort.
Result<> thin_out(const fs::path& folder) {
  std::size_t latest = 0;
  std::size_t of_hours = 0;
  for (const auto& copy : TRY(find_copies(folder))) {
    const bool stays = is_hourly(copy) ? ++of_hours <= hourly_kept : ++latest <= latest_kept;
    if (!stays && ::unlink(copy.path.c_str()) != 0 && errno != ENOENT) {
      return error_from_errno(errno, "remove " + copy.path.string());
    }
  }
  return {};
}

}  // namespace

fs::path copies_in(const fs::path& pool) {
  return pool / "catalog";
}

Result<std::vector<CatalogCopy>> find_copies(const fs::path& folder) {
  std::vector<CatalogCopy> found;
  if (!TRY(is_present(folder))) return found;
  std::error_code failed;
  auto each = fs::directory_iterator(folder, failed);
  for (; !failed && each != fs::directory_iterator(); each.increment(failed)) {
    if (auto copy = copy_at(each->path())) found.push_back(*std::move(copy));
  }
  if (failed) return error_from_errno(failed.value(), "read " + folder.string());
  std::ranges::sort(found, std::greater(), &CatalogCopy::commits);
  return found;
}

Result<std::optional<CatalogCopy>> newest_good_copy(const fs::path& folder) {
  for (auto& copy : TRY(find_copies(folder))) {
    const auto commits = SqliteCatalog::check(copy.path);
    if (commits) {
      copy.commits = *commits;
      return std::optional(std::move(copy));
    }
    spdlog::warn("a copy of the catalog is left alone: {}", commits.error().describe());
  }
  return std::optional<CatalogCopy>();
}

Result<std::optional<CatalogCopy>> newer_good_copy(const fs::path& folder, std::int64_t commits) {
  for (auto& copy : TRY(find_copies(folder))) {
    // It may have more than its name says: what was written while it was made.
    auto has = SqliteCatalog::count(copy.path);
    if (has && *has <= commits) continue;
    if (has) has = SqliteCatalog::check(copy.path);
    if (has && *has > commits) {
      copy.commits = *has;
      return std::optional(std::move(copy));
    }
    if (!has) spdlog::warn("a copy of the catalog is left alone: {}", has.error().describe());
  }
  return std::optional<CatalogCopy>();
}

CatalogCopier::CatalogCopier(SqliteCatalog& catalog, fs::path folder)
    : catalog_(catalog), folder_(std::move(folder)) {}

Result<std::unique_ptr<CatalogCopier>> CatalogCopier::start(SqliteCatalog& catalog,
                                                            fs::path folder) {
  TRY(make_directories(folder, 0700));
  std::unique_ptr<CatalogCopier> made(new CatalogCopier(catalog, std::move(folder)));
  made->thread_ = std::thread([raw = made.get()] { raw->run(); });
  return made;
}

CatalogCopier::~CatalogCopier() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  copy();
}

void CatalogCopier::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const auto begin = std::chrono::steady_clock::now();
    copy();
    const auto took = std::chrono::steady_clock::now() - begin;
    lock.lock();
    const auto pause =
        std::max<std::chrono::steady_clock::duration>(shortest_pause, took * rest_factor);
    changed_.wait_for(lock, pause, [&] { return stopping_; });
  }
}

void CatalogCopier::copy() {
  if (catalog_.commits() == copied_) return;
  const auto done = copy_now();
  if (!done && !has_failed_) {
    spdlog::error("copy the catalog into the pool: {}; trying again", done.error().describe());
  }
  has_failed_ = !done;
}

Result<> CatalogCopier::copy_now() {
  const std::int64_t commits = catalog_.commits();
  const auto name = fmt::format("{}{:020}", prefix, commits);
  const std::int64_t copied = TRY(catalog_.copy_to(folder_ / name));
  const auto now = std::chrono::steady_clock::now();
  if (!hour_ || now - *hour_ >= 1h) {
    const fs::path kept = folder_ / (name + std::string(hourly));
    if (::link((folder_ / name).c_str(), kept.c_str()) != 0 && errno != EEXIST) {
      return error_from_errno(errno, "keep " + kept.string());
    }
    hour_ = now;
  }
  copied_ = std::min(commits, copied);
  return thin_out(folder_);
}

}  // namespace slip
