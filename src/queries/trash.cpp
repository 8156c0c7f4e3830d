// SPDX-License-Identifier: Apache-2.0
#include "queries/trash.h"

#include <algorithm>
#include <set>

#include "operations/lookup.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

class TrashList {
 public:
  TrashList(CatalogUnit& catalog, const TrashQuery& query) : catalog_(catalog), query_(query) {}

  Result<> add_containers() {
    for (const auto& container : TRY(catalog_.containers().all(Trash::with))) {
      if (!container.deleted_at || !role_in(container, query_.actor)) continue;
      const auto active = TRY(branch_of(catalog_, container.active));
      if (active.volume.empty()) continue;  // its data is gone
      TRY(add("container", container, {}, container.template_id));
    }
    return {};
  }

  Result<> add_branches() {
    for (const auto& branch : TRY(catalog_.branches().all(Trash::with))) {
      if (!branch.deleted_at || branch.container.empty() || branch.volume.empty()) continue;
      const auto home = TRY(catalog_.containers().find(branch.container));
      if (!home || home->deleted_at || !role_in(*home, query_.actor)) continue;
      TRY(add("branch", branch, home->id, home->template_id));
    }
    return {};
  }

  Result<> add_bookmarks() {
    for (const auto& bookmark : TRY(catalog_.bookmarks().all(Trash::with))) {
      if (!bookmark.deleted_at || *bookmark.deleted_at + query_.life <= query_.now) continue;
      if (bookmark.container.empty()) {
        if (query_.actor.role != SystemRole::admin) continue;
      } else {
        const auto home = TRY(catalog_.containers().find(bookmark.container));
        if (!home || home->deleted_at || !role_in(*home, query_.actor)) continue;
      }
      const auto point = TRY(catalog_.points().find(bookmark.point));
      if (!point || !point->reachable()) continue;
      TRY(add("bookmark", bookmark, bookmark.container, bookmark.template_id));
    }
    return {};
  }

  std::vector<TrashView> take() {
    std::ranges::stable_sort(found_, std::ranges::greater(), &TrashView::deleted_at);
    return std::move(found_);
  }

 private:
  template <class Record>
  Result<> add(std::string kind, const Record& record, const ContainerId& home,
               const TemplateId& mould) {
    found_.push_back({record.id.str(), std::move(kind), record.name, TRY(ref_to(catalog_, home)),
                      TRY(must_refer(catalog_, mould)), *record.deleted_at, record.deleted_by,
                      *record.deleted_at + query_.life});
    return {};
  }

  CatalogUnit& catalog_;
  const TrashQuery& query_;
  std::vector<TrashView> found_;
};

// Points that bookmarks name.
struct NamedPoints {
  std::set<PointId> all;
  std::set<PointId> outside;  // of the trash
};
Result<NamedPoints> named_points(CatalogUnit& catalog) {
  NamedPoints named;
  for (const auto& bookmark : TRY(catalog.bookmarks().all(Trash::with))) {
    named.all.insert(bookmark.point);
    if (!bookmark.deleted_at) named.outside.insert(bookmark.point);
  }
  return named;
}

Result<std::vector<TrashSpace>> measure_trash(Reader& reader, const TrashQuery& query) {
  struct Found {
    std::vector<TrashView> things;
    std::vector<Holding> holdings;
  };
  const auto found = TRY(reader.read([&](CatalogUnit& catalog) -> Result<Found> {
    auto things = TRY(list_trash(catalog, query));
    auto holdings = TRY(trash_holdings(catalog, things));
    return Found{std::move(things), std::move(holdings)};
  }));
  Survey survey(reader.world().storage, reader.is_closing());
  std::vector<TrashSpace> all;
  for (std::size_t i = 0; i < found.things.size(); ++i) {
    all.push_back({found.things[i].id, TRY(survey.of(found.holdings[i]))});
  }
  return all;
}

}  // namespace

TrashQuery trash_query(Reader& reader, const Actor& actor) {
  return {.actor = actor, .life = reader.world().settings.retention.trash, .now = reader.now()};
}

Result<std::vector<TrashView>> list_trash(Reader& reader, const Actor& actor) {
  return reader.read([query = trash_query(reader, actor)](CatalogUnit& catalog) {
    return list_trash(catalog, query);
  });
}

Result<std::vector<TrashSpace>> trash_usage(Reader& reader, const Actor& actor, Duration patience) {
  const auto measure = [&reader, query = trash_query(reader, actor)] {
    return measure_trash(reader, query);
  };
  return reader.surveys().ask("trash of " + actor.user.str(), patience, measure);
}

Result<std::vector<TrashSpace>> still_visible(Reader& reader, const Actor& actor,
                                              std::vector<TrashSpace> all) {
  std::set<std::string> visible;
  for (const auto& thing : TRY(list_trash(reader, actor))) visible.insert(thing.id);
  std::erase_if(all, [&](const TrashSpace& one) { return !visible.contains(one.id); });
  return all;
}

Result<std::vector<TrashView>> list_trash(CatalogUnit& catalog, const TrashQuery& query) {
  TrashList trash(catalog, query);
  TRY(trash.add_containers());
  TRY(trash.add_branches());
  TRY(trash.add_bookmarks());
  return trash.take();
}

Result<std::vector<Holding>> trash_holdings(CatalogUnit& catalog,
                                            const std::vector<TrashView>& things) {
  auto named = TRY(named_points(catalog));
  std::vector<Holding> all;
  for (const auto& thing : things) {
    Holding holding;
    if (thing.kind == "container") {
      holding = TRY(everything_of(catalog, ContainerId(thing.id)));
    } else if (thing.kind == "branch") {
      const auto branch = TRY(branch_of(catalog, BranchId(thing.id)));
      holding.volumes.push_back(branch.volume);
      for (auto& point : TRY(catalog.points().of_branch(branch.id))) {
        // What has a name stays where the name is.
        if (point.reachable() && !named.all.contains(point.id)) holding.points.push_back(point);
      }
    } else if (const auto bookmark = TRY(catalog.bookmarks().find(BookmarkId(thing.id)))) {
      const auto point = TRY(catalog.points().find(bookmark->point));
      const bool is_others = !named.outside.insert(bookmark->point).second;
      if (point && point->reachable() && !is_others) holding.points.push_back(*point);
    }
    all.push_back(std::move(holding));
  }
  return all;
}

}  // namespace slip::queries
