// SPDX-License-Identifier: Apache-2.0
#include "queries/usage.h"

#include "operations/lookup.h"
#include "queries/containers.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

// What the catalog knows is read in one transaction first; then the disk is measured, outside of
// it.
struct PoolHoldings {
  struct OfTemplate {
    Ref mould;
    Holding points;
  };
  std::vector<ContainerHoldings> containers;
  std::vector<OfTemplate> templates;
  std::vector<Source> sources;
  std::vector<TrashView> trash;
  std::vector<Holding> trash_holdings;  // in the same order
  std::map<UserId, Ref> users;
};

Result<Holding> own_points(CatalogUnit& catalog, const Template& mould) {
  Holding holding;
  for (auto& point : TRY(catalog.points().of_branch(mould.master))) {
    if (point.reachable()) holding.points.push_back(std::move(point));
  }
  return holding;
}

Result<ContainerUsage> usage_of(const ContainerHoldings& holdings, Survey& survey) {
  const auto space = TRY(survey.of(holdings));
  ContainerUsage usage;
  usage.container = space.container;
  for (std::size_t i = 0; i < holdings.branches.size(); ++i) {
    usage.branches.push_back({holdings.branches[i].branch, space.branches[i]});
  }
  for (std::size_t i = 0; i < holdings.bookmarks.size(); ++i) {
    const auto& held = holdings.bookmarks[i];
    usage.bookmarks.push_back({held.bookmark, space.bookmarks[i]});
    for (const auto& tag : held.tags) usage.tags[tag] += space.bookmarks[i];
  }
  return usage;
}

Result<PoolHoldings> pool_holdings(CatalogUnit& catalog, const TrashQuery& trash) {
  PoolHoldings all;
  for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
    all.containers.push_back(TRY(holdings_of(catalog, container)));
  }
  for (const auto& mould : TRY(catalog.templates().all(Trash::without))) {
    all.templates.push_back({ref_of(mould), TRY(own_points(catalog, mould))});
  }
  all.sources = TRY(catalog.sources().all(Trash::without));
  all.trash = TRY(list_trash(catalog, trash));
  all.trash_holdings = TRY(trash_holdings(catalog, all.trash));
  for (const auto& user : TRY(catalog.users().all())) all.users.emplace(user.id, ref_of(user));
  return all;
}

Result<PoolUsage> usage_of(const PoolHoldings& holdings, Survey& survey) {
  PoolUsage usage;
  std::map<UserId, Space> by_user;
  for (const auto& held : holdings.containers) {
    const Space space = TRY(survey.of(held)).container;
    usage.containers.push_back({ref_of(held.container), space});
    for (const auto& member : held.container.members) {
      if (member.role == ContainerRole::owner) by_user[member.user] += space;
    }
  }
  for (const auto& [mould, points] : holdings.templates) {
    usage.templates.push_back({mould, TRY(survey.of(points))});
  }
  for (const auto& source : holdings.sources) {
    usage.sources.push_back({ref_of(source), TRY(survey.of(everything_of(source)))});
  }
  for (std::size_t i = 0; i < holdings.trash.size(); ++i) {
    usage.trash.push_back({holdings.trash[i], TRY(survey.of(holdings.trash_holdings[i]))});
  }
  for (const auto& [id, space] : by_user) {
    const auto user = holdings.users.find(id);
    if (user != holdings.users.end()) usage.users.push_back({user->second, space});
  }
  return usage;
}

Result<ContainerUsage> measure_container(Reader& reader, const ContainerId& id) {
  const auto holdings = TRY(reader.read([&](CatalogUnit& catalog) -> Result<ContainerHoldings> {
    return holdings_of(catalog, TRY(container_of(catalog, id)));
  }));
  Survey survey(reader.world().storage, reader.is_closing());
  return usage_of(holdings, survey);
}

Result<PoolUsage> measure_pool(Reader& reader, const TrashQuery& trash) {
  const auto holdings =
      TRY(reader.read([&](CatalogUnit& catalog) { return pool_holdings(catalog, trash); }));
  StorageDriver& storage = reader.world().storage;
  Survey survey(storage, reader.is_closing());
  auto usage = TRY(usage_of(holdings, survey));
  const PoolSpace pool = TRY(storage.probe());
  usage.used = pool.total - pool.free;
  return usage;
}

}  // namespace

Result<ContainerUsage> container_usage(Reader& reader, const Actor& actor,
                                       std::string_view container, Duration patience) {
  const auto id = TRY(container_seen(reader, actor, container));
  return reader.surveys().ask(id.str(), patience,
                              [&reader, id] { return measure_container(reader, id); });
}

Result<PoolUsage> pool_usage(Reader& reader, const Actor& actor, Duration patience) {
  TRY(must_be_admin(actor));
  return reader.surveys().ask(
      "everything", patience,
      [&reader, trash = trash_query(reader, actor)] { return measure_pool(reader, trash); });
}

}  // namespace slip::queries
