// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/space.h"
#include "server/api/trash_list.h"

namespace slip::api {
namespace {

json::object row(const char* what, json::value named, const Space& space) {
  json::object out{{what, std::move(named)}};
  for (const auto& member : space_json(space)) out.insert(member);
  return out;
}

json::value of(const Ref& ref) {
  return to_json(ref);
}

Result<http::Response> of_container(Call& call) {
  const auto holdings =
      TRY(call.api.catalog().read([&](CatalogUnit& catalog) -> Result<ContainerHoldings> {
        return holdings_of(catalog, TRY(find_container(catalog, call.actor, Right::look,
                                                       call.param("container"))));
      }));
  Survey survey(call.api.world().storage, call.api.is_closing);
  const auto space = TRY(survey.of(holdings));
  json::array branches;
  for (std::size_t i = 0; i < holdings.branches.size(); ++i) {
    branches.push_back(row("branch", of(holdings.branches[i].branch), space.branches[i]));
  }
  json::array bookmarks;
  std::map<std::string, Space> by_tag;
  for (std::size_t i = 0; i < holdings.bookmarks.size(); ++i) {
    bookmarks.push_back(row("bookmark", of(holdings.bookmarks[i].bookmark), space.bookmarks[i]));
    for (const auto& tag : holdings.bookmarks[i].tags) by_tag[tag] += space.bookmarks[i];
  }
  json::array tags;
  for (const auto& [tag, sum] : by_tag) tags.push_back(row("tag", json::value(tag), sum));
  return answer(200, json::object{{"container", space_json(space.container)},
                                  {"branches", std::move(branches)},
                                  {"bookmarks", std::move(bookmarks)},
                                  {"tags", std::move(tags)}});
}

struct Everything {
  std::vector<ContainerHoldings> containers;
  struct OfTemplate {
    Template mould;
    std::vector<Point> points;
  };
  std::vector<OfTemplate> templates;
  std::vector<Source> sources;
  std::vector<TrashView> trash;
  std::vector<Holding> trash_holdings;  // in the same order
  std::map<UserId, Ref> users;
};

Result<Everything> read_everything(CatalogUnit& catalog, const Call& call) {
  Everything all;
  for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
    all.containers.push_back(TRY(holdings_of(catalog, container)));
  }
  for (const auto& mould : TRY(catalog.templates().all(Trash::without))) {
    all.templates.push_back({mould, TRY(catalog.points().of_branch(mould.master))});
  }
  all.sources = TRY(catalog.sources().all(Trash::without));
  all.trash = TRY(list_trash(catalog, call));
  all.trash_holdings = TRY(trash_holdings(catalog, all.trash));
  for (const auto& user : TRY(catalog.users().all())) all.users.emplace(user.id, ref_of(user));
  return all;
}

Result<Space> own_space(Survey& survey, const Everything::OfTemplate& held) {
  Space space;
  for (const auto& point : held.points) {
    if (point.reachable()) space += TRY(survey.of(point));
  }
  return space;
}

json::array trash_rows(const Everything& all, const std::vector<Space>& spaces) {
  json::array rows;
  for (std::size_t i = 0; i < all.trash.size(); ++i) {
    const auto& thing = all.trash[i];
    auto one = row("thing", of(Ref{thing.id, thing.name}), spaces[i]);
    one["kind"] = thing.kind;
    rows.push_back(std::move(one));
  }
  return rows;
}

// By who holds it: a template its own points, a user the containers that he owns. Nothing is in two
// of containers, templates, sources and the trash.
Result<http::Response> of_everything(Call& call) {
  TRY(must_be_admin(call.actor));
  const auto all = TRY(call.api.catalog().read(
      [&](CatalogUnit& catalog) { return read_everything(catalog, call); }));
  Survey survey(call.api.world().storage, call.api.is_closing);
  json::array containers;
  std::map<UserId, Space> by_user;
  for (const auto& holdings : all.containers) {
    const Space space = TRY(survey.of(holdings)).container;
    containers.push_back(row("container", of(ref_of(holdings.container)), space));
    for (const auto& member : holdings.container.members) {
      if (member.role == ContainerRole::owner) by_user[member.user] += space;
    }
  }
  json::array templates;
  for (const auto& held : all.templates) {
    templates.push_back(row("template", of(ref_of(held.mould)), TRY(own_space(survey, held))));
  }
  json::array sources;
  for (const auto& source : all.sources) {
    const Space space = TRY(survey.of(everything_of(source)));
    sources.push_back(row("source", of(ref_of(source)), space));
  }
  std::vector<Space> of_trash;
  for (const auto& holding : all.trash_holdings) of_trash.push_back(TRY(survey.of(holding)));
  const PoolSpace pool = TRY(call.api.world().storage.probe());
  json::array users;
  for (const auto& [id, space] : by_user) {
    const auto user = all.users.find(id);
    if (user != all.users.end()) users.push_back(row("user", of(user->second), space));
  }
  return answer(200, json::object{{"templates", std::move(templates)},
                                  {"containers", std::move(containers)},
                                  {"sources", std::move(sources)},
                                  {"trash", trash_rows(all, of_trash)},
                                  {"used", pool.total - pool.free},
                                  {"users", std::move(users)}});
}

}  // namespace

void add_usage(Routes& routes) {
  routes.add_compressed("GET /containers/{container}/usage", of_container);
  routes.add_compressed("GET /usage", of_everything);
}

}  // namespace slip::api
