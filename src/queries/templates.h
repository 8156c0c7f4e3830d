// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/template.h"
#include "ports/catalog.h"
#include "queries/refs.h"

namespace slip::queries {

class Reader;

// What hooks do and which rows a subset keeps is for administrators to see; to others it is "***".
struct PlaceView {
  std::string name;
  Ref source;
  std::string kind;
  int priority = 1;
  std::uint16_t port = 0;
  std::map<std::string, std::string> settings;
  std::vector<Hook> hooks;
  std::map<std::string, std::string> subset;
};
BOOST_DESCRIBE_STRUCT(PlaceView, (), (name, source, kind, priority, port, settings, hooks, subset))

struct VersionView {
  int number = 1;
  std::vector<PlaceView> sources;
  std::optional<int> ask_beyond_s;
  std::optional<BookmarkManner> bookmarks;
};
BOOST_DESCRIBE_STRUCT(VersionView, (), (number, sources, ask_beyond_s, bookmarks))

struct TemplateView {
  std::string id;
  std::string name;
  std::vector<VersionView> versions;  // never empty; the newest is the last
  std::optional<Timestamp> newest_at;
  Timestamp created_at;
};

// Those that the actor may see: all for admins, for others those of the containers that they are
// members of. By name.
Result<std::vector<TemplateView>> template_views(Reader& reader, const Actor& actor);
// One by name or id. Errors: `not_found`, also for what the actor may not see.
Result<TemplateView> template_view(Reader& reader, const Actor& actor, std::string_view mould);

// A template that the actor may see, by name or id; what he cannot see does not exist for him.
Result<Template> find_visible_template(CatalogUnit& catalog, const Actor& actor,
                                       std::string_view name_or_id);

}  // namespace slip::queries
