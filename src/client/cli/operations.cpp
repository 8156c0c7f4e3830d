// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/operation_wait.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string operation;
  std::string limit;
  std::string before;
  bool background = false;
};

Result<> list_operations(Session& session, const Arguments& given) {
  const auto path =
      with_query(api_path({"operations"}), {{"container", given.container},
                                            {"limit", given.limit},
                                            {"before", given.before},
                                            {"background", given.background ? "1" : ""}});
  const json::value some = TRY(session.get(path));
  if (session.json()) {
    session.print_json(some);
    return {};
  }
  Table table({{"TIME"}, {""}, {"BY"}, {"OPERATION"}, {"STATE"}, {"TOOK", Align::right}, {"ID"}});
  for (const auto& operation : list_in(some, "items")) {
    const auto at = time_in(operation, "created_at");
    const auto state = text_in(operation, "state");
    table.add({at ? short_moment(*at, now()) : "", at ? ago(*at, now()) : "",
               text_in(operation, "actor.name"), text_in(operation, "words"),
               has_ended(operation) ? state : progress_words(operation),
               took(length_of(operation, now())), text_in(operation, "id")});
  }
  session.print(table.empty() ? "Nothing has been done yet.\n" : table.to_string());
  return {};
}

std::string steps_of(const json::value& operation) {
  Table table({{""}, {""}, {"", Align::right}});
  for (const auto& step : list_in(operation, "steps")) {
    const auto began = time_in(step, "started_at");
    const auto ended = time_in(step, "ended_at");
    table.add({text_in(step, "words"), text_in(step, "state"),
               began && ended ? took(*ended - *began) : ""});
  }
  return table.empty() ? "" : "\nSteps\n" + table.to_string(2);
}

// What the hooks of its steps said.
std::string hooks_of(const json::value& operation) {
  std::string out;
  for (const auto& step : list_in(operation, "steps")) {
    for (const auto& run : list_in(step, "hooks")) {
      const auto error = text_in(run, "error");
      out += fmt::format("\nHook {} of {} ({}): {}\n", text_in(run, "when"), text_in(run, "source"),
                         text_in(run, "hook"), error.empty() ? "done" : "failed: " + error);
      const auto output = text_in(run, "output");
      if (output.empty()) continue;
      out += printable(output, Lines::many_lines) + (output.ends_with('\n') ? "" : "\n");
    }
  }
  return out;
}

std::string failure_of(const json::value& operation) {
  if (find_in(operation, "failure") == nullptr) return "";
  auto out = "\n" + fields({{"failure", text_in(operation, "failure.message")},
                            {"while", text_in(operation, "failure.step")},
                            {"what to do", text_in(operation, "failure.hint")}});
  if (const auto detail = text_in(operation, "failure.detail"); !detail.empty()) {
    out += "\n" + printable(detail, Lines::many_lines) + (detail.ends_with('\n') ? "" : "\n");
  }
  return out;
}

Result<> show_operation(Session& session, const Arguments& given) {
  const json::value operation = TRY(session.get(api_path({"operations", given.operation})));
  if (session.json()) {
    session.print_json(operation);
    return {};
  }
  const auto at = time_in(operation, "created_at");
  const auto ended = time_in(operation, "ended_at");
  session.print(fields({{"operation", text_in(operation, "words")},
                        {"id", text_in(operation, "id")},
                        {"by", text_in(operation, "actor.name")},
                        {"container", name_in(operation, "container")},
                        {"branch", name_in(operation, "branch")},
                        {"template", name_in(operation, "template")},
                        {"source", name_in(operation, "source")},
                        {"state", has_ended(operation) ? text_in(operation, "state")
                                                       : progress_words(operation)},
                        {"data of", data_origin(operation, now())},
                        {"began", at ? moment(*at, now()) : ""},
                        {"ended", ended ? moment(*ended, now()) : ""},
                        {"took", took(length_of(operation, now()))}}) +
                steps_of(operation) + hooks_of(operation) + failure_of(operation));
  return {};
}

Result<> cancel_operation(Session& session, const Arguments& given) {
  const auto response =
      TRY(in_context("cancel operation " + given.operation,
                     session.send({.method = "POST",
                                   .path = api_path({"operations", given.operation, "cancel"}),
                                   .body = json::object()})));
  const json::value answer = TRY(response.body());
  if (session.json()) {
    if (!answer.is_null()) session.print_json(answer);
  } else {
    session.print(
        fmt::format("Asked operation {0} to stop; what it did so far is taken back. See: "
                    "slip operations show {0}\n",
                    given.operation));
  }
  return {};
}

}  // namespace

void add_operations(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* group = slip.add_subcommand("operations", "What was done, when and by whom");
  group->allow_subcommand();
  group->add_option("container", given->container, "Only this container's");
  group->add_option("--limit", given->limit, "So many, the newest first")
      ->whole_number(1)
      ->default_value("30");
  group->add_option("--before", given->before, "Older than this operation")->type_name("ID");
  group->add_flag("--background", given->background, "Also what Slipstream does by itself");
  group->on_chosen([given](Session& session) { return list_operations(session, *given); });

  auto* show = group->add_subcommand("show", "One operation, with its steps");
  show->add_option("operation", given->operation, "Its id")->required();
  show->on_chosen([given](Session& session) { return show_operation(session, *given); });

  auto* cancel = group->add_subcommand("cancel", "Stop an operation; possible until it switches");
  cancel->add_option("operation", given->operation, "Its id")->required();
  cancel->on_chosen([given](Session& session) { return cancel_operation(session, *given); });
}

}  // namespace slip::cli
