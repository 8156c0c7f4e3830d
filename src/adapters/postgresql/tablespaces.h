// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/postgresql/cluster.h"
#include "base/result.h"

namespace slip::postgresql {

// Tablespaces, by their links in pg_tblspc. One that lies in the source's directory goes with every
// snapshot and clone; its link must lead into whichever copy it is found in: to kHome, where a
// sandbox shows each copy its own directory, or on a relative way. What lies elsewhere is in no
// snapshot, and one in a sandbox's scratch space ends with the server.

struct Tablespace {
  std::string oid;
  std::filesystem::path location;  // as its link says it, or the server
  bool is_inside = false;          // in the source's directory, on a way that a copy has too
  bool is_lost = false;            // an empty place of ours: what it was did not come along
};
// Those that have a link: one that the server made in place has none.
Result<std::vector<Tablespace>> read_tablespaces(const Layout& layout);
Result<bool> all_inside(const Layout& layout);

// Links that lead into this very directory by its name outside of a sandbox become relative. True
// if there were any; the server may run.
Result<bool> make_links_relative(const Layout& layout);

// Where the links of a copy lead that came from elsewhere, offline: those into the directory that
// it was copied from lead into this one. What was not copied has an empty place instead, in
// kLost, so that the server starts and says which tables it misses. `keeps_reach`: what lies
// outside is still within reach of this server, which has no sandbox.
enum class Outside { out_of_reach, within_reach };
Result<> adopt_tablespaces(const Layout& layout, Outside outside, const RunUser& user);
inline constexpr const char* kLost = "lost_tablespaces";
// True if something is missing for which there is an empty place.
Result<bool> lacks_tablespaces(const Layout& layout);

// Where tablespaces of a server elsewhere come to lie, by their oid.
inline constexpr const char* kBrought = "tablespaces";
// Leads a link into the source's directory: to `name` in it.
Result<> relink(const Layout& layout, const std::string& oid, const std::filesystem::path& name);

// Where a tablespace lies in the source's directory that was made at that absolute path, there or
// elsewhere; `needs_link` where its server does not find it by that path without one.
struct Place {
  std::filesystem::path name;
  bool needs_link = false;
};
Place place_of(const Layout& layout, const std::filesystem::path& location);
// Makes that directory, with those above it.
Result<> make_place(const Layout& layout, const std::filesystem::path& name, const RunUser& user);

// Makes the directories that tablespaces of `later` lie in where they are not here yet: the log
// says that a tablespace was made, not that its directory was.
Result<> make_places_of(const Layout& later, const Layout& layout, const RunUser& user);

}  // namespace slip::postgresql
