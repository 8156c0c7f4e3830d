// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/data_directory.h"

#include <algorithm>
#include <sstream>

#include "adapters/redis/manifest.h"

namespace slip::redis {

namespace {

Directory::Access private_to(const RunUser& user) {
  return {.mode = 0700, .owner = user.ids};
}

}  // namespace

Result<Layout> open_layout(const std::filesystem::path& directory) {
  return Layout{.top = std::make_shared<const Directory>(TRY(Directory::open(directory)))};
}

Result<> make_layout(const Layout& layout, const RunUser& user) {
  TRY(layout.top->remove(kData));
  TRY(layout.top->make_directory(kData, private_to(user)));
  return clear_leftovers(layout, user);
}

Result<> clear_leftovers(const Layout& layout, const RunUser& user) {
  TRY(layout.top->remove(kRun));
  TRY(layout.top->make_directory(kRun, private_to(user)));
  return {};
}

Result<bool> has_log_beside(const Layout& layout) {
  const Directory data = TRY(layout.top->open_directory(kData));
  return data.has_file(kLogBeside);
}

Result<std::int64_t> log_number(const Layout& layout) {
  const Directory data = TRY(layout.top->open_directory(kData));
  const auto text = data.read(kManifest, kManifestMax);
  if (!text) return std::int64_t{0};
  const auto parts = read_manifest(*text);
  if (!parts) return std::int64_t{0};
  std::int64_t newest = 0;
  for (const LogPart& part : *parts) newest = std::max(newest, part.number);
  return newest;
}

}  // namespace slip::redis
