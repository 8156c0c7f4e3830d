// SPDX-License-Identifier: Apache-2.0
#include "operations/lookup.h"
#include "server/api/answer.h"
#include "server/api/hook_bodies.h"
#include "server/api/template_access.h"

namespace slip::api {
namespace {

struct PlaceBody {
  std::string name;
  std::string source;
  std::optional<int> priority;
  std::optional<std::uint16_t> port;
  std::map<std::string, std::string> settings;
  std::vector<HookBody> hooks;
  std::map<std::string, std::string> subset;
};
BOOST_DESCRIBE_STRUCT(PlaceBody, (), (name, source, priority, port, settings, hooks, subset))

struct TemplateBody {
  std::string name;
  std::vector<PlaceBody> sources;
  std::optional<int> ask_beyond_s;
  std::optional<BookmarkManner> bookmarks;
};
BOOST_DESCRIBE_STRUCT(TemplateBody, (), (name, sources, ask_beyond_s, bookmarks))

struct VersionBody {
  std::vector<PlaceBody> sources;
  std::optional<int> ask_beyond_s;
  std::optional<BookmarkManner> bookmarks;
};
BOOST_DESCRIBE_STRUCT(VersionBody, (), (sources, ask_beyond_s, bookmarks))

std::vector<SourcePlace> places_of(const std::vector<PlaceBody>& bodies) {
  std::vector<SourcePlace> places;
  for (const auto& body : bodies) {
    places.push_back({.name = body.name,
                      .source = body.source,
                      .priority = body.priority.value_or(1),
                      .port = body.port.value_or(0),
                      .settings = body.settings,
                      .hooks = hooks_of(body.hooks),
                      .subset = body.subset});
  }
  return places;
}

Result<json::value> version_json(CatalogUnit& catalog, const Actor& actor,
                                 const TemplateVersion& version) {
  json::array sources;
  for (const auto& place : version.sources) {
    const auto source = TRY(catalog.sources().find(place.source));
    sources.push_back(json::object{
        {"name", place.name},
        {"source", to_json(queries::Ref{place.source.str(), source ? source->name : ""})},
        {"kind", source ? source->config.kind : ""},
        {"priority", place.priority},
        {"port", place.port},
        {"settings", to_json(place.settings)},
        {"hooks", hooks_json(actor, place.hooks)},
        {"subset", subset_json(actor, place.subset)}});
  }
  return json::object{{"number", version.number},
                      {"sources", std::move(sources)},
                      {"ask_beyond_s", to_json(version.ask_beyond_s)},
                      {"bookmarks", to_json(version.bookmarks)}};
}

Result<json::value> template_json(CatalogUnit& catalog, const Actor& actor, const Template& mould) {
  json::array versions;
  for (const auto& version : mould.versions) {
    versions.push_back(TRY(version_json(catalog, actor, version)));
  }
  const auto newest = TRY(catalog.points().newest(mould.master));
  json::object shown{{"id", mould.id.str()},
                     {"name", mould.name},
                     {"version", mould.newest().number},
                     {"sources", versions.back().at("sources")},
                     {"ask_beyond_s", versions.back().at("ask_beyond_s")},
                     {"bookmarks", versions.back().at("bookmarks")},
                     {"versions", std::move(versions)},
                     {"newest_at", nullptr},
                     {"created_at", to_json(mould.created_at)}};
  if (newest) shown["newest_at"] = to_json(newest->at);
  return shown;
}

Result<http::Response> list_templates(Call& call) {
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    json::array items;
    for (const auto& mould : TRY(catalog.templates().all(Trash::without))) {
      if (!TRY(may_see(catalog, call.actor, mould))) continue;
      items.push_back(TRY(template_json(catalog, call.actor, mould)));
    }
    return answer_list(std::move(items));
  });
}

Result<http::Response> show_template(Call& call) {
  return call.api.catalog().read([&](CatalogUnit& catalog) -> Result<http::Response> {
    const auto mould = TRY(find_visible_template(catalog, call.actor, call.param("template")));
    return answer(200, TRY(template_json(catalog, call.actor, mould)));
  });
}

Result<http::Response> create_template(Call& call) {
  const auto body = TRY(read_body<TemplateBody>(call));
  return submit(call, CreateTemplate{.name = body.name,
                                     .sources = places_of(body.sources),
                                     .ask_beyond_s = body.ask_beyond_s,
                                     .bookmarks = body.bookmarks});
}

Result<http::Response> add_version(Call& call) {
  const auto value = TRY(parse_body(call.request));
  auto body = TRY(from_json<VersionBody>(value));
  if (!value.get_object().contains("bookmarks")) {
    // Whoever does not know of the setting leaves it as it is.
    body.bookmarks = TRY(
        call.api.catalog().read([&](CatalogUnit& catalog) -> Result<std::optional<BookmarkManner>> {
          return TRY(find_visible_template(catalog, call.actor, call.param("template")))
              .newest()
              .bookmarks;
        }));
  }
  return submit(call, VersionTemplate{.tmpl = call.param("template"),
                                      .sources = places_of(body.sources),
                                      .ask_beyond_s = body.ask_beyond_s,
                                      .bookmarks = body.bookmarks});
}

}  // namespace

void add_templates(Routes& routes) {
  routes.add("GET /templates", list_templates);
  routes.add("POST /templates", create_template);
  routes.add("GET /templates/{template}", show_template);
  routes.add("DELETE /templates/{template}", [](Call& call) {
    return carry_out(call, DeleteTemplate{.tmpl = call.param("template")});
  });
  routes.add("POST /templates/{template}/versions", add_version);
}

}  // namespace slip::api
