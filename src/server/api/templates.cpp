// SPDX-License-Identifier: Apache-2.0
#include "queries/templates.h"

#include "server/api/answer.h"
#include "server/api/hook_bodies.h"

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

json::value template_json(const queries::TemplateView& view) {
  const auto newest = to_json(view.versions.back());
  return json::object{{"id", view.id},
                      {"name", view.name},
                      {"version", newest.at("number")},
                      {"sources", newest.at("sources")},
                      {"ask_beyond_s", newest.at("ask_beyond_s")},
                      {"bookmarks", newest.at("bookmarks")},
                      {"versions", to_json(view.versions)},
                      {"newest_at", to_json(view.newest_at)},
                      {"created_at", to_json(view.created_at)}};
}

Result<http::Response> list_templates(Call& call) {
  json::array items;
  for (const auto& view : TRY(queries::template_views(call.reader(), call.actor))) {
    items.push_back(template_json(view));
  }
  return answer_list(std::move(items));
}

Result<queries::TemplateView> named_template(Call& call) {
  return queries::template_view(call.reader(), call.actor, call.param("template"));
}

Result<http::Response> show_template(Call& call) {
  return answer(200, template_json(TRY(named_template(call))));
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
    body.bookmarks = TRY(named_template(call)).versions.back().bookmarks;
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
