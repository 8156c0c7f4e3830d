// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/tablespaces.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <set>

#include "adapters/support/home.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

constexpr const char* kLinks = "pg_tblspc";
constexpr std::size_t kTablespacesMax = 10'000;
// In kBrought: those that were made elsewhere while the log was followed, by their paths there.
constexpr const char* kByPath = "by-path";

// Where in the source's directory a link of pg_tblspc leads, as its server understands it.
std::optional<fs::path> inside(const Layout& layout, const fs::path& location) {
  if (location.is_relative()) return part_below(fs::path("/") / kData / kLinks / location, "/");
  const Place place = place_of(layout, location);
  if (place.needs_link && !is_directory_in(*layout.top, place.name)) return std::nullopt;
  return place.name;
}

// A tablespace's directory holds one for the server's version.
bool holds_a_tablespace(const Layout& layout, const fs::path& name) {
  const auto opened = layout.top->open_directory(name);
  const auto entries = opened ? opened->list(kTablespacesMax)
                              : Result<std::vector<Directory::Entry>>(opened.error());
  return entries && std::ranges::any_of(*entries, [](const Directory::Entry& entry) {
           return entry.name.starts_with("PG_") && entry.type == fs::file_type::directory;
         });
}

// The directory here that a link led to in the copy that it was made in: the longest end of its
// name that is a tablespace's, and nobody else's.
std::optional<fs::path> same_place(const Layout& layout, const fs::path& location,
                                   const std::set<fs::path>& taken) {
  const fs::path all = location.lexically_normal().relative_path();
  for (auto begin = all.begin(); begin != all.end(); ++begin) {
    fs::path rest;
    for (auto part = begin; part != all.end(); ++part) rest /= *part;
    if (!taken.contains(rest) && holds_a_tablespace(layout, rest)) return rest;
  }
  return std::nullopt;
}

}  // namespace

Place place_of(const Layout& layout, const fs::path& location) {
  if (const auto rest = place_at_home(location)) return {.name = *rest};
  if (const auto rest = part_below(location, layout.top->path())) return {.name = *rest};
  return {.name = kBrought / fs::path(kByPath) / location.lexically_normal().relative_path(),
          .needs_link = true};
}

Result<> make_place(const Layout& layout, const fs::path& name, const RunUser& user) {
  fs::path folder;
  for (const auto& part : name) {
    folder /= part;
    if (is_directory_in(*layout.top, folder)) continue;
    const Directory made =
        TRY(layout.top->make_directory(folder, {.mode = 0700, .owner = user.ids}));
    TRY(made.set_no_copy_on_write());
  }
  return {};
}

Result<std::vector<Tablespace>> read_tablespaces(const Layout& layout) {
  std::vector<Tablespace> found;
  const fs::path folder = fs::path(kData) / kLinks;
  if (!TRY(layout.top->has_directory(folder))) return found;
  const Directory links = TRY(layout.top->open_directory(folder));
  for (const auto& entry : TRY(links.list(kTablespacesMax))) {
    if (entry.type != fs::file_type::symlink) continue;
    const fs::path location = TRY(links.read_link(entry.name));
    const auto place = inside(layout, location);
    const bool is_inside = place && is_directory_in(*layout.top, *place);
    found.push_back({.oid = entry.name,
                     .location = location,
                     .is_inside = is_inside,
                     .is_lost = is_inside && *place->begin() == kLost});
  }
  return found;
}

Result<> relink(const Layout& layout, const std::string& oid, const fs::path& name) {
  const Directory links = TRY(layout.top->open_directory(fs::path(kData) / kLinks));
  return links.replace_link(oid, fs::path("../..") / name);
}

Result<bool> all_inside(const Layout& layout) {
  return std::ranges::all_of(TRY(read_tablespaces(layout)), &Tablespace::is_inside);
}

Result<bool> make_links_relative(const Layout& layout) {
  bool changed = false;
  for (const auto& one : TRY(read_tablespaces(layout))) {
    if (!one.is_inside || one.location.is_relative() || place_at_home(one.location)) continue;
    TRY(relink(layout, one.oid, *inside(layout, one.location)));
    changed = true;
  }
  return changed;
}

Result<> adopt_tablespaces(const Layout& layout, Outside outside, const RunUser& user) {
  const auto all = TRY(read_tablespaces(layout));
  std::set<fs::path> taken;
  for (const auto& one : all) {
    if (one.is_inside) taken.insert(*inside(layout, one.location));
  }
  for (const auto& one : all) {
    if (one.is_inside) {
      const bool for_sandboxes = place_at_home(one.location).has_value();
      if (one.location.is_relative() || (for_sandboxes && outside == Outside::out_of_reach))
        continue;
      TRY(relink(layout, one.oid, *inside(layout, one.location)));
    } else if (const auto here = same_place(layout, one.location, taken)) {
      TRY(relink(layout, one.oid, *here));
      taken.insert(*here);
      // The location itself may be a link to the folder.
    } else if (outside == Outside::out_of_reach || !Directory::open(one.location / ".")) {
      const Directory::Access access{.mode = 0700, .owner = user.ids};
      TRY(layout.top->make_directory(kLost, access));
      TRY(layout.top->make_directory(fs::path(kLost) / one.oid, access));
      TRY(relink(layout, one.oid, fs::path(kLost) / one.oid));
    }
  }
  return {};
}

Result<bool> lacks_tablespaces(const Layout& layout) {
  return std::ranges::any_of(TRY(read_tablespaces(layout)), &Tablespace::is_lost);
}

Result<> make_places_of(const Layout& later, const Layout& layout, const RunUser& user) {
  for (const auto& one : TRY(read_tablespaces(later))) {
    const auto place = inside(later, one.location);
    if (!place || !one.is_inside || is_directory_in(*layout.top, *place)) continue;
    TRY(make_place(layout, *place, user));
  }
  return {};
}

}  // namespace slip::postgresql
