// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "client/cli/bookmark_view.h"
#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/going_back.h"
#include "client/cli/table.h"
#include "client/cli/timeline_graph.h"
#include "client/cli/words.h"
#include "domain/hook.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string name;
  std::string bookmark;
  std::string note;
  std::vector<std::string> tags;
  std::vector<std::string> sources;
  std::string at;
  bool accept_earlier = false;
};

const json::array& newest_sources(const json::value& value) {
  const auto& versions = list_in(value, "versions");
  return versions.empty() ? list_in(value, "sources") : list_in(versions.back(), "sources");
}

Result<> list_templates(Session& session) {
  const json::value all = TRY(session.list(api_path({"templates"})));
  if (session.json()) {
    session.print_json(all);
    return {};
  }
  Table table({{"NAME"}, {"SOURCES"}, {"CREATED"}, {"ID"}});
  for (const auto& item : list_in(all, "items")) {
    const auto created = time_in(item, "created_at");
    table.add({text_in(item, "name"), joined(newest_sources(item)),
               created ? short_moment(*created, now()) : "", text_in(item, "id")});
  }
  session.print(table.empty() ? "There are no templates. Write one in a file: slip apply FILE\n"
                              : table.to_string());
  return {};
}

// Its hooks and subsets, if it has any.
std::string hooks_in(const json::array& places) {
  Table table({{"SOURCE"}, {"WHEN"}, {"HOOK"}, {"TIME LIMIT", Align::right}, {"ON ERROR"}});
  for (const auto& place : places) {
    const auto* subset = find_in(place, "subset");
    if (subset != nullptr && subset->is_object()) {
      for (const auto& member : subset->get_object()) {
        table.add({text_in(place, "name"), "subset", std::string(member.key()), "", ""});
      }
    }
    for (const auto& shown : list_in(place, "hooks")) {
      const auto hook = from_json<Hook>(shown);
      if (!hook) continue;
      table.add({text_in(place, "name"), std::string(name_of(hook->when)), label_of(*hook),
                 fmt::format("{} s", hook->time_limit_s), text_in(shown, "on_error")});
    }
  }
  return table.empty() ? "" : "\n" + table.to_string();
}

Result<> show_template(Session& session, const Arguments& given) {
  const json::value shown = TRY(session.get(api_path({"templates", given.name})));
  if (session.json()) {
    session.print_json(shown);
    return {};
  }
  const auto created = time_in(shown, "created_at");
  const auto& versions = list_in(shown, "versions");
  session.print(fields({{"template", text_in(shown, "name")},
                        {"id", text_in(shown, "id")},
                        {"version", versions.empty() ? text_in(shown, "version")
                                                     : text_in(versions.back(), "number")},
                        {"created", created ? short_moment(*created, now()) : ""}}));
  Table table({{"SOURCE"}, {"LINKED"}, {"PRIORITY", Align::right}, {"PORT", Align::right}});
  for (const auto& place : newest_sources(shown)) {
    table.add({text_in(place, "name"), name_in(place, "source"), text_in(place, "priority"),
               text_in(place, "port")});
  }
  session.print("\n" + table.to_string() + hooks_in(newest_sources(shown)));
  return {};
}

Result<int> read_number(std::string_view text, const std::string& whole) {
  int number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed == std::errc() && end == text.data() + text.size()) return number;
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("\"{}\" is not a number in \"{}\"", text, whole)};
}

// "db=shop-db", "app=shop-app,priority=2,port=1080".
Result<json::object> read_place(const std::string& text) {
  json::object place;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const auto equals = part.find('=');
    const auto key = part.substr(0, equals);
    const auto value = equals == part.npos ? std::string_view() : part.substr(equals + 1);
    if (value.empty()) break;
    if (place.empty()) {
      place = {{"name", key}, {"source", value}, {"priority", 1}, {"port", 0}};
    } else if (key == "priority" || key == "port") {
      place[key] = TRY(read_number(value, text));
    } else {
      break;
    }
    if (rest.empty()) return place;
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("--source does not understand \"{}\"", text),
               .hint = "Write NAME=SOURCE, or NAME=SOURCE,priority=2,port=1080."};
}

Result<> create_template(Session& session, const Arguments& given) {
  json::array places;
  for (const auto& source : given.sources) places.push_back(TRY(read_place(source)));
  const Change change{.path = api_path({"templates"}),
                      .body = json::object{{"name", given.name}, {"sources", places}},
                      .attempt = "create the template " + given.name};
  return carry_out(session, change, [&](const json::value&) {
    return fmt::format(
        "Created the template {0}. Make a container of it: slip container create NAME "
        "--template {1} --owner USER",
        given.name, shell_word(given.name));
  });
}

Result<> bookmarks(Session& session, const Arguments& given) {
  const auto path = api_path({"templates", given.name, "bookmarks"});
  if (given.bookmark.empty()) {
    const json::value all = TRY(session.list(path));
    if (session.json()) {
      session.print_json(all);
    } else {
      const auto& items = list_in(all, "items");
      session.print(items.empty() ? given.name + " has no bookmarks.\n"
                                  : bookmark_table(items, Whose::own, now()));
    }
    return {};
  }
  json::object body{{"name", given.bookmark}};
  if (!given.note.empty()) body["note"] = given.note;
  if (!given.tags.empty()) body["tags"] = to_json(given.tags);
  if (!given.at.empty()) {
    const Timestamp at = TRY(read_time(given.at, now()));
    const json::object more = TRY(announce(session, {.container = "",
                                                     .branch = "",
                                                     .at = at,
                                                     .accept_earlier = given.accept_earlier,
                                                     .tmpl = given.name}));
    body.insert(more.begin(), more.end());
    body["at"] = to_rfc3339(at);
  }
  const Change change{.path = path,
                      .body = body,
                      .attempt = fmt::format("bookmark the template {} as {}", given.name,
                                             in_quotes(given.bookmark))};
  return carry_out(session, change, [&](const json::value&) {
    return fmt::format("Bookmarked the {} of the template {} as {}; all its containers can use it.",
                       given.at.empty() ? "newest data" : "data of that time", given.name,
                       in_quotes(given.bookmark));
  });
}

// Each source in turn. What one could not fetch does not keep the others from it.
Result<> sync_all(Session& session, const Arguments& given) {
  const json::value shown = TRY(session.get(api_path({"templates", given.name})));
  std::optional<Error> failed;
  json::array operations;
  for (const auto& place : newest_sources(shown)) {
    const std::string source = name_in(place, "source");
    const Change change{.path = api_path({"sources", source, "sync"}),
                        .attempt = "sync the source " + source};
    auto outcome = session.change(change);
    if (outcome) operations.push_back(outcome->answer);
    if (!outcome && !failed) failed = std::move(outcome).error();
  }
  if (failed) return *std::move(failed);
  if (session.json()) {
    session.print_json(json::object{{"items", std::move(operations)}, {"next", nullptr}});
  } else {
    session.print(fmt::format(
        "{} has the newest data of its {} sources. Containers get it when they are refreshed.\n",
        given.name, operations.size()));
  }
  return {};
}

Result<> timeline(Session& session, const Arguments& given) {
  const json::value shown = TRY(session.get(api_path({"templates", given.name, "timeline"})));
  if (session.json()) {
    session.print_json(shown);
  } else {
    session.print(timeline_graph(shown, {.glyphs = glyphs_for(session.environment())}, now()));
  }
  return {};
}

}  // namespace

void add_templates(Command& slip) {
  auto* group =
      add_group(slip, "template", "Templates: the moulds for containers (administrators)");
  auto* list = group->add_subcommand("list", "All templates");
  list->on_chosen([](Session& session) { return list_templates(session); });

  const auto given = arguments<Arguments>();
  auto* show = group->add_subcommand("show", "One template, with its sources");
  show->add_option("template", given->name, "The template")->required();
  show->on_chosen([given](Session& session) { return show_template(session, *given); });

  auto* create = group->add_subcommand("create", "Make a template of linked sources");
  create->add_option("name", given->name, "Its name")->required();
  create->add_repeated("--source", given->sources, "NAME=SOURCE[,priority=N][,port=N], in order")
      ->required();
  create->on_chosen([given](Session& session) { return create_template(session, *given); });

  auto* sync = group->add_subcommand("sync", "Get the newest data of all its sources");
  sync->add_option("template", given->name, "The template")->required();
  sync->on_chosen([given](Session& session) { return sync_all(session, *given); });

  auto* remove = group->add_subcommand("delete", "Delete a template that has no containers");
  remove->add_option("template", given->name, "The template")->required();
  remove->on_chosen([given](Session& session) {
    const Change change{.method = "DELETE",
                        .path = api_path({"templates", given->name}),
                        .body = nullptr,
                        .attempt = "delete the template " + given->name};
    return carry_out(session, change, [&](const json::value&) {
      return "Deleted the template " + given->name + ".";
    });
  });

  auto* bookmark = group->add_subcommand(
      "bookmark", "Bookmark a template's newest data, or that of a time, or list its bookmarks");
  bookmark->add_option("template", given->name, "The template")->required();
  bookmark->add_option("bookmark", given->bookmark, "The bookmark's name; without: list them");
  bookmark->add_option("--note", given->note, "What somebody should know of it");
  bookmark->add_option("--at", given->at, "This very moment, or the last point before it")
      ->type_name("TIME");
  bookmark->add_flag("--accept-earlier", given->accept_earlier,
                     "With --at: however much earlier a source's data would be");
  bookmark->add_repeated("--tag", given->tags, "A tag; may be given several times");
  bookmark->on_chosen([given](Session& session) { return bookmarks(session, *given); });

  auto* history = group->add_subcommand("timeline", "When its sources were synced");
  history->add_option("template", given->name, "The template")->required();
  history->on_chosen([given](Session& session) { return timeline(session, *given); });
}

}  // namespace slip::cli
