// SPDX-License-Identifier: Apache-2.0
#include "queries/templates.h"

#include <set>

#include "operations/lookup.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

void hide(std::string& text) {
  if (!text.empty()) text = "***";
}

PlaceView hidden(PlaceView place) {
  for (auto& hook : place.hooks) {
    hide(hook.sql);
    hide(hook.program);
    if (!hook.command.empty()) hook.command = {label_of(hook)};
  }
  for (auto& [table, condition] : place.subset) hide(condition);
  return place;
}

Result<VersionView> view_of(CatalogUnit& catalog, const Actor& actor,
                            const TemplateVersion& version) {
  VersionView view{version.number, {}, version.ask_beyond_s, version.bookmarks};
  for (const auto& place : version.sources) {
    const auto source = TRY(catalog.sources().find(place.source));
    PlaceView shown{.name = place.name,
                    .source = {place.source.str(), source ? source->name : ""},
                    .kind = source ? source->config.kind : "",
                    .priority = place.priority,
                    .port = place.port,
                    .settings = place.settings,
                    .hooks = place.hooks,
                    .subset = place.subset};
    const bool is_admin = actor.role == SystemRole::admin;
    view.sources.push_back(is_admin ? std::move(shown) : hidden(std::move(shown)));
  }
  return view;
}

Result<TemplateView> view_of(CatalogUnit& catalog, const Actor& actor, const Template& mould) {
  TemplateView view{mould.id.str(), mould.name, {}, {}, mould.created_at};
  for (const auto& version : mould.versions) {
    view.versions.push_back(TRY(view_of(catalog, actor, version)));
  }
  if (const auto newest = TRY(catalog.points().newest(mould.master))) view.newest_at = newest->at;
  return view;
}

// The templates that the actor may see; nothing: all of them.
Result<std::optional<std::set<TemplateId>>> visible_templates(CatalogUnit& catalog,
                                                              const Actor& actor) {
  if (actor.role == SystemRole::admin) return std::optional<std::set<TemplateId>>();
  std::set<TemplateId> visible;
  for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
    if (role_in(container, actor)) visible.insert(container.template_id);
  }
  return std::optional(std::move(visible));
}

}  // namespace

Result<std::vector<TemplateView>> template_views(Reader& reader, const Actor& actor) {
  return reader.read([&](CatalogUnit& catalog) -> Result<std::vector<TemplateView>> {
    const auto visible = TRY(visible_templates(catalog, actor));
    std::vector<TemplateView> views;
    for (const auto& mould : TRY(catalog.templates().all(Trash::without))) {
      if (visible && !visible->contains(mould.id)) continue;
      views.push_back(TRY(view_of(catalog, actor, mould)));
    }
    return views;
  });
}

Result<TemplateView> template_view(Reader& reader, const Actor& actor, std::string_view mould) {
  return reader.read([&](CatalogUnit& catalog) -> Result<TemplateView> {
    return view_of(catalog, actor, TRY(find_visible_template(catalog, actor, mould)));
  });
}

Result<Template> find_visible_template(CatalogUnit& catalog, const Actor& actor,
                                       std::string_view name_or_id) {
  auto mould = find_template(catalog, name_or_id);
  if (!mould && mould.error().code != ErrorCode::not_found) return mould;
  const auto visible = TRY(visible_templates(catalog, actor));
  if (!visible || (mould && visible->contains(mould->id))) return mould;
  std::string names;
  for (const auto& one : TRY(catalog.templates().all(Trash::without))) {
    if (visible->contains(one.id)) names += (names.empty() ? "" : ", ") + one.name;
  }
  return Error{.code = ErrorCode::not_found,
               .message = "there is no template \"" + std::string(name_or_id.substr(0, 300)) + "\"",
               .hint = names.empty() ? "There are none." : "There are: " + names + "."};
}

}  // namespace slip::queries
