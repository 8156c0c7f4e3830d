// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/apply_plan.h"
#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/operation_wait.h"
#include "client/cli/password.h"
#include "client/cli/source_commands.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/cli/words.h"
#include "domain/source.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string source;
  std::string kind;
  std::vector<std::string> settings;
  std::vector<std::string> command;
  std::vector<std::string> env;
  std::string health;
  std::string stop_signal;
  std::string schedule;
  std::string url;
  bool off = false;
  bool at_each_sync = false;
};

// What may be wrong with its data, and what to do about it; empty: nothing.
std::string doubts_of(const json::value& source) {
  std::string out;
  for (const auto& doubt : list_in(source, "position.doubts")) {
    out +=
        fmt::format("  {}\n", printable(doubt.is_string() ? std::string(doubt.get_string()) : ""));
  }
  if (out.empty()) return out;
  out = "\nIn doubt\n" + out;
  // Elsewhere they are of what did not come along.
  if (text_in(source, "config.kind") == "postgresql") {
    out += "To build indexes again: slip source reindex " + shell_word(text_in(source, "name"));
  } else {
    out.pop_back();
  }
  return out;
}

std::string doubts_of(Session& session, const std::string& source) {
  const auto found = session.get(api_path({"sources", source}));
  return found ? doubts_of(*found) : "";
}

Result<> list_sources(Session& session) {
  const json::value all = TRY(session.list(api_path({"sources"})));
  if (session.json()) {
    session.print_json(all);
    return {};
  }
  Table table({{"NAME"}, {"KIND"}, {"SYNCED"}, {""}, {"DATA UP TO"}, {"ID"}});
  for (const auto& source : list_in(all, "items")) {
    const auto synced = time_in(source, "synced_at");
    const auto position = time_in(source, "position.at");
    table.add({text_in(source, "name"), text_in(source, "config.kind"),
               synced ? short_moment(*synced, now()) : "not yet", synced ? ago(*synced, now()) : "",
               position ? short_moment(*position, now()) : "", text_in(source, "id")});
  }
  session.print(table.empty() ? "No source is linked. Link one: slip source link NAME --kind KIND "
                                "--set url=..., or write a template: slip apply FILE\n"
                              : table.to_string());
  return {};
}

Result<> show_source(Session& session, const Arguments& given) {
  const json::value source = TRY(session.get(api_path({"sources", given.source})));
  if (session.json()) {
    session.print_json(source);
    return {};
  }
  const auto synced = time_in(source, "synced_at");
  const auto position = time_in(source, "position.at");
  std::vector<std::pair<std::string, std::string>> lines{
      {"source", text_in(source, "name")},
      {"id", text_in(source, "id")},
      {"kind", text_in(source, "config.kind")},
      {"synced",
       synced ? fmt::format("{} ({})", moment(*synced, now()), ago(*synced, now())) : "not yet"},
      {"data up to", position ? moment(*position, now()) : ""},
      {"position", text_in(source, "position.position")},
      {"follows", flag_in(source, "follows")
                      ? "yes: slip source status " + shell_word(text_in(source, "name"))
                      : ""},
      {"schedule", text_in(source, "schedule")}};
  const auto* settings = find_in(source, "config.settings");
  if (settings != nullptr && settings->is_object()) {
    for (const auto& member : settings->get_object()) {
      lines.emplace_back(std::string(member.key()), text_in(*settings, member.key()));
    }
  }
  lines.emplace_back("runs", joined(list_in(source, "config.run.command"), " "));
  session.print(fields(lines));
  if (const auto doubts = doubts_of(source); !doubts.empty()) session.print(doubts + "\n");
  return {};
}

Result<> link_source(Session& session, const Arguments& given) {
  SourceConfig config;
  config.kind = given.kind;
  for (const auto& setting : given.settings) {
    config.settings.insert(TRY(key_and_value(setting, "--set")));
  }
  if (!given.command.empty()) {
    config.run.emplace();
    config.run->command = given.command;
    for (const auto& variable : given.env) {
      config.run->env.insert(TRY(key_and_value(variable, "--env")));
    }
    if (!given.health.empty()) config.run->health = given.health;
    if (!given.stop_signal.empty()) config.run->stop_signal = given.stop_signal;
  }
  const Change change{.path = api_path({"sources"}),
                      .body = json::object{{"name", given.source},
                                           {"config", config_body(config)},
                                           {"schedule", given.schedule}},
                      .attempt = "link the source " + given.source};
  return carry_out(session, change, [&](const json::value& operation) {
    return fmt::format(
               "Linked the source {} in {}. Use it in a template: slip template create NAME "
               "--source {}={}",
               given.source, took(length_of(operation, now())),
               given.kind == "files" ? "app" : "db", shell_word(given.source)) +
           doubts_of(session, given.source);
  });
}

void add_link(Command* group) {
  const auto given = arguments<Arguments>();
  auto* link = group->add_subcommand("link", "Copy a database or file tree into the pool");
  link->add_option("name", given->source, "What to call it")->required();
  link->add_option("--kind", given->kind, "One that `slip source kinds` names")->required();
  link->add_repeated(
          "--set", given->settings,
          "A setting, e.g. url=..., dump=FILE, path=DIRECTORY; @FILE reads the value from a file")
      ->type_name("KEY=VALUE");
  link->add_repeated("--command", given->command,
                     "Makes files an application: its program, then each argument");
  link->add_repeated("--env", given->env, "A variable of the application")->type_name("KEY=VALUE");
  link->add_option("--health", given->health, "Where the application says that it is well");
  link->add_option("--stop-signal", given->stop_signal,
                   "What ends the application: TERM, INT, ...");
  link->add_option("--sync", given->schedule,
                   "Sync it automatically: \"every 15min\", \"daily 02:30\"")
      ->type_name("WHEN");
  link->on_chosen([given](Session& session) { return link_source(session, *given); });
}

void add_schedule(Command* group) {
  const auto given = arguments<Arguments>();
  auto* schedule = group->add_subcommand("schedule", "Sync a source automatically");
  schedule->add_option("source", given->source, "The source")->required();
  schedule
      ->add_option(
          "when", given->schedule,
          "\"every 15min\", \"daily 02:30\", \"weekdays 02:30\", \"sun,wed 02:30\", or off")
      ->required();
  schedule->on_chosen([given](Session& session) {
    const std::string when = given->schedule == "off" ? "" : given->schedule;
    const Change change{.method = "PATCH",
                        .path = api_path({"sources", given->source}),
                        .body = json::object{{"schedule", when}},
                        .attempt = "schedule the source " + given->source};
    return carry_out(session, change, [&](const json::value&) {
      return when.empty() ? given->source + " is synced only when told."
                          : given->source + " is synced " + when + ".";
    });
  });
}

void add_url(Command* group) {
  const auto given = arguments<Arguments>();
  auto* url = group->add_subcommand(
      "url", "Give a source another address, or another password; what it has stays");
  url->add_option("source", given->source, "The source")->required();
  url->add_option("url", given->url, "As when it was linked; @FILE reads it from a file")
      ->required();
  url->on_chosen([given](Session& session) -> Result<> {
    const Change change{.method = "PATCH",
                        .path = api_path({"sources", given->source}),
                        .body = json::object{{"url", TRY(read_value(given->url))}},
                        .attempt = "change the url of the source " + given->source};
    return carry_out(session, change, [&](const json::value&) {
      return given->source + " has another url. Its next sync uses it: slip source sync " +
             shell_word(given->source);
    });
  });
}

void add_webhook(Command* group) {
  const auto given = arguments<Arguments>();
  auto* webhook = group->add_subcommand(
      "webhook", "An address that syncs a source when anybody POSTs to it; a new one ends the old");
  webhook->add_option("source", given->source, "The source")->required();
  webhook->add_flag("--off", given->off, "No webhook any more");
  webhook->on_chosen([given](Session& session) {
    const Change change{.method = given->off ? "DELETE" : "POST",
                        .path = api_path({"sources", given->source, "webhook"}),
                        .body = nullptr,
                        .attempt = "change the webhook of " + given->source};
    return carry_out(session, change, [&](const json::value& answer) {
      if (given->off) return given->source + " has no webhook any more.";
      return fmt::format(
          "Whoever POSTs to this path of the daemon's page has {} synced; it is shown only now:\n"
          "  {}",
          given->source, text_in(answer, "path"));
    });
  });
}

void add_reseed(Command* group) {
  const auto given = arguments<Arguments>();
  auto* reseed =
      group->add_subcommand("reseed", "Begin anew to follow production, beside the data there is");
  reseed->add_option("source", given->source, "The source")->required();
  reseed->on_chosen([given](Session& session) {
    const Change change{.path = api_path({"sources", given->source, "reseed"}),
                        .attempt = "seed the source " + given->source + " anew"};
    return carry_out(session, change, [&](const json::value& operation) {
      return fmt::format("{} follows production again, after {}.", given->source,
                         took(length_of(operation, now())));
    });
  });
}

void add_reindex(Command* group) {
  const auto given = arguments<Arguments>();
  auto* reindex = group->add_subcommand(
      "reindex", "Build the indexes again that libraries of other versions have put in order");
  reindex->add_option("source", given->source, "The source")->required();
  reindex->add_flag("--at-each-sync", given->at_each_sync, "From now on at each sync, too");
  reindex->on_chosen([given](Session& session) {
    const Change change{.path = api_path({"sources", given->source, "reindex"}),
                        .body = json::object{{"at_each_sync", given->at_each_sync}},
                        .attempt = "build indexes of the source " + given->source + " again"};
    return carry_out(session, change, [&](const json::value& operation) {
      return fmt::format(
                 "The indexes of {} are in order after {}. Containers get them when they are "
                 "refreshed.",
                 given->source, took(length_of(operation, now()))) +
             doubts_of(session, given->source);
    });
  });
}

}  // namespace

Result<std::pair<std::string, std::string>> key_and_value(const std::string& text,
                                                          const std::string& option) {
  const auto equals = text.find('=');
  if (equals == text.npos || equals == 0) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("{} takes KEY=VALUE, not \"{}\"", option, text)};
  }
  return std::pair(text.substr(0, equals), TRY(read_value(text.substr(equals + 1))));
}

void add_sources(Command& slip) {
  auto* group =
      add_group(slip, "source", "Sources: linked databases and file trees (administrators)");
  auto* list = group->add_subcommand("list", "All linked sources");
  list->on_chosen([](Session& session) { return list_sources(session); });
  add_source_check(group);
  add_source_kinds(group);
  add_link(group);

  const auto given = arguments<Arguments>();
  auto* sync = group->add_subcommand("sync", "Get a source's newest data, for its templates");
  sync->add_option("source", given->source, "The source")->required();
  sync->on_chosen([given](Session& session) {
    const Change change{.path = api_path({"sources", given->source, "sync"}),
                        .attempt = "sync the source " + given->source};
    return carry_out(session, change, [&](const json::value& operation) {
      return fmt::format(
                 "{} has its newest data after {}. Containers get it when they are "
                 "refreshed.",
                 given->source, took(length_of(operation, now()))) +
             doubts_of(session, given->source);
    });
  });

  auto* status =
      group->add_subcommand("status", "How up to date sources are: lag, errors, next sync");
  status->add_option("source", given->source, "Only this one");
  status->on_chosen(
      [given](Session& session) { return show_source_status(session, given->source); });
  add_schedule(group);
  add_url(group);
  add_webhook(group);
  add_reseed(group);
  add_reindex(group);

  auto* show = group->add_subcommand("show", "One source; passwords are not shown");
  show->add_option("source", given->source, "The source")->required();
  show->on_chosen([given](Session& session) { return show_source(session, *given); });

  auto* unlink = group->add_subcommand("unlink", "Give up a source that no template uses");
  unlink->add_option("source", given->source, "The source")->required();
  unlink->on_chosen([given](Session& session) {
    const Change change{.method = "DELETE",
                        .path = api_path({"sources", given->source}),
                        .body = nullptr,
                        .attempt = "unlink the source " + given->source};
    return carry_out(session, change, [&](const json::value&) {
      return "Unlinked the source " + given->source + ".";
    });
  });
}

}  // namespace slip::cli
