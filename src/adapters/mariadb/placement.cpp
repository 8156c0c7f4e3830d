// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/placement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "adapters/support/home.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kNamesMax = 10;
constexpr std::size_t kPathMax = 4096;

bool is_outside(const Layout& layout, const fs::path& location, Home home) {
  // A relative one begins in the data directory.
  const auto place = location.is_relative() ? part_below(fs::path("/") / kData / location, "/")
                     : home == Home::shown  ? place_at_home(location)
                                            : std::nullopt;
  return !place || !is_directory_in(*layout.top, place->parent_path());
}

// Where a file of a database's directory says that a table's data is: a link, or InnoDB's own kind
// of one, a file with the name of another.
Result<std::optional<fs::path>> location_by(const Directory& database,
                                            const Directory::Entry& entry) {
  if (entry.type == fs::file_type::symlink) {
    return std::optional<fs::path>(TRY(database.read_link(entry.name)));
  }
  if (!entry.name.ends_with(".isl")) return std::optional<fs::path>();
  std::string text = TRY(database.read(entry.name, kPathMax));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.pop_back();
  return std::optional<fs::path>(std::move(text));
}

}  // namespace

Result<std::vector<PlacedTable>> tables_outside(const Layout& layout, Home home) {
  std::vector<PlacedTable> outside;
  const Directory data = TRY(layout.top->open_directory(kData));
  for (const auto& entry : TRY(data.list())) {
    if (entry.type == fs::file_type::symlink) {
      const fs::path location = TRY(data.read_link(entry.name));
      if (is_outside(layout, location, home)) outside.push_back({entry.name, location});
    }
    if (entry.type != fs::file_type::directory) continue;
    const Directory database = TRY(data.open_directory(entry.name));
    for (const auto& file : TRY(database.list())) {
      // A table may be dropped meanwhile.
      const auto location = location_by(database, file);
      if (!location && location.error().code == ErrorCode::not_found) continue;
      if (!location) return location.error();
      if (!*location || !is_outside(layout, **location, home)) continue;
      const std::string name = fs::path(file.name).stem().string();
      outside.push_back({entry.name + "/" + name, **location});
    }
  }
  return outside;
}

Result<std::vector<PlacedTable>> tablespaces_outside(Session& session, const Layout& layout,
                                                     Home home) {
  std::vector<PlacedTable> outside;
  for (const Row& row : TRY(session.query(
           "SELECT TABLESPACE_NAME, FILE_NAME FROM information_schema.FILES WHERE FILE_TYPE IN "
           "('TABLESPACE', 'UNDO LOG') AND (FILE_NAME LIKE '/%' OR FILE_NAME LIKE '../%')"))) {
    const fs::path location = row[1].value_or("");
    if (is_outside(layout, location, home)) outside.push_back({row[0].value_or(""), location});
  }
  return outside;
}

std::vector<std::string> describe_outside(const std::vector<PlacedTable>& tables) {
  std::map<std::string, std::vector<std::string>> by_place;
  for (const auto& one : tables) {
    auto& names = by_place[one.location.parent_path().string()];
    if (names.size() < kNamesMax) names.push_back(one.table);
    if (names.size() == kNamesMax) names.back() = "...";
  }
  std::vector<std::string> sentences;
  for (const auto& [place, names] : by_place) {
    sentences.push_back(
        fmt::format("{} lies in {}, outside of the branch's data", fmt::join(names, ", "), place));
  }
  return sentences;
}

}  // namespace slip::mariadb
