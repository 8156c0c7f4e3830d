// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/tablespace_places.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "adapters/postgresql/log_files.h"
#include "adapters/postgresql/log_records.h"
#include "adapters/postgresql/origin.h"
#include "adapters/postgresql/tablespaces.h"
#include "adapters/postgresql/write_ahead_log.h"
#include "adapters/support/home.h"
#include "base/subprocess.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

constexpr const char* kNoted = "tablespace-places";  // in `trusted`; a NUL behind each

// No server has so many; a log that its owner has written may.
constexpr std::size_t kPlacesMax = 1000;

Result<> check_number(const std::set<std::string>& locations) {
  if (locations.size() <= kPlacesMax) return {};
  return Error{.code = ErrorCode::unsupported,
               .message = "the log makes more than " + std::to_string(kPlacesMax) + " tablespaces",
               .hint =
                   "Choose the time of a point on the timeline; if production made them, seed "
                   "the source anew: slip source reseed NAME."};
}

Result<std::set<std::string>> noted(const Layout& layout) {
  std::set<std::string> all;
  const auto text = TRY(Directory::open(layout.trusted)).read(kNoted);
  if (!text && text.error().code == ErrorCode::not_found) return all;
  if (!text) return text.error();
  std::istringstream each(*text);
  for (std::string location; std::getline(each, location, '\0');) all.insert(location);
  return all;
}

Result<> note(const Layout& layout, const std::set<std::string>& all) {
  std::string text;
  for (const auto& location : all) text.append(location).push_back('\0');
  return TRY(Directory::open(layout.trusted)).write_durably(kNoted, text);
}

// Where the server begins to read the log: a backup that has not been started yet says it itself.
Result<std::uint64_t> begin_of_log(const Directory& data) {
  constexpr std::string_view start = "START WAL LOCATION: ";
  const std::uint64_t redo = TRY(read_control_data(data)).redo;
  const auto label = data.read("backup_label");
  const auto at = label ? label->find(start) : std::string::npos;
  if (at == std::string::npos) return redo;
  const auto rest = std::string_view(*label).substr(at + start.size());
  return std::min(redo, read_lsn(rest.substr(0, rest.find(' '))).value_or(redo));
}

// Those that the log makes from the latest checkpoint on.
Result<std::set<std::string>> made_in_log(const Layout& layout, const Confinement& confinement,
                                          const RunUser& user) {
  const Directory data = TRY(layout.open_data());
  const std::uint64_t bytes = TRY(segment_bytes(data));
  const LogFiles files(layout, confinement, user, kEveryTimeline, bytes);
  LogRecords records(bytes, [&](std::uint64_t number) { return files.read(number); });
  std::set<std::string> made;
  std::uint64_t place = TRY(begin_of_log(data));
  for (;;) {
    const auto record = TRY(records.at(place));
    if (record) {
      if (record->made_tablespace && !record->made_tablespace->empty()) {
        made.insert(fs::path(*record->made_tablespace).lexically_normal().string());
        TRY(check_number(made));
      }
      place = record->end;
      continue;
    }
    // A file may end before it is full.
    const std::uint64_t next = (place / bytes + 1) * bytes;
    if (!TRY(records.at(next))) return made;
    place = next;
  }
}

Error no_place(const std::string& location, const std::string& why) {
  return Error{.code = ErrorCode::unsupported,
               .message = "the log makes a tablespace in " + location +
                          ", where no copy can have "
                          "one" +
                          why,
               .hint =
                   "At production, move what is in it to a tablespace in another directory and "
                   "drop it; then seed the source anew: slip source reseed NAME."};
}

// Without a sandbox a server sees the machine's own directories only.
Result<> check_place(const Layout& layout, const std::string& location,
                     const Confinement& confinement) {
  if (!confinement.hides_the_rest()) {
    if (Directory::open(fs::path(location) / ".")) return {};
    return no_place(location, ": there is no sandbox on this machine to show it in");
  }
  const fs::path& top = layout.top->path();
  const auto shown = confinement.confine(
      {.argv = {"/bin/true"}}, {.writable = {top}, .home = top, .links = {{location, kHome}}});
  if (shown || shown.error().code != ErrorCode::invalid_argument) return {};
  return no_place(location, "");
}

// True if there was one that had not been noted.
Result<bool> make_places(const Layout& layout, const Confinement& confinement, const RunUser& user,
                         const std::set<std::string>& locations) {
  auto all = TRY(noted(layout));
  bool is_new = false;
  for (const auto& location : locations) {
    const Place place = place_of(layout, location);
    if (place.needs_link) TRY(check_place(layout, location, confinement));
    if (!is_directory_in(*layout.top, place.name)) {
      TRY(make_place(layout, place.name, user));
      is_new = true;
    }
    if (place.needs_link && all.insert(location).second) is_new = true;
    TRY(check_number(all));
  }
  if (is_new) TRY(note(layout, all));
  return is_new;
}

}  // namespace

Result<bool> make_places_in_log(const Layout& layout, const Confinement& confinement,
                                const RunUser& user) {
  return make_places(layout, confinement, user, TRY(made_in_log(layout, confinement, user)));
}

void make_places_of_production(const Layout& layout, const Settings& settings,
                               const Confinement& confinement, const RunUser& user) {
  const auto* origin = std::get_if<UrlOrigin>(&settings.origin);
  auto session = origin == nullptr ? Result<Session>(Error{}) : connect_to(*origin);
  const auto here = read_tablespaces(layout);
  if (!session || !here) return;
  const auto there = session->query(
      "SELECT oid, pg_catalog.pg_tablespace_location(oid) FROM pg_catalog.pg_tablespace");
  if (!there) return;
  for (const auto& row : *there) {
    const bool is_here =
        std::ranges::find(*here, row[0].value_or(""), &Tablespace::oid) != here->end();
    const fs::path location = row[1].value_or("");
    if (is_here || !location.is_absolute()) continue;
    // One that no copy can have may be gone there before the log comes to it here.
    (void)make_places(layout, confinement, user, {location.lexically_normal().string()})
        .has_value();
  }
}

Result<bool> lacked_a_place(const std::string& said, const Layout& layout,
                            const Confinement& confinement, const RunUser& user) {
  if (said.find("Tablespace/CREATE") == std::string::npos) return false;
  return make_places_in_log(layout, confinement, user);
}

Result<std::map<std::string, std::string>> links_to_places(const Layout& layout) {
  std::map<std::string, std::string> links;
  for (const auto& location : TRY(noted(layout))) {
    // One below another lies in that one here, too.
    const bool is_inner = std::ranges::any_of(
        links, [&](const auto& outer) { return part_below(location, outer.first).has_value(); });
    if (!is_inner) links[location] = fs::path(kHome) / place_of(layout, location).name;
  }
  return links;
}

}  // namespace slip::postgresql
