// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/source_commands.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

// What a setting's value is, for somebody who writes it.
std::string value_of(const json::value& setting) {
  const json::array choices = list_in(setting, "choices");
  std::string values;
  for (const auto& choice : choices) {
    values += (values.empty() ? "" : " or ") + text_in(choice, "value");
  }
  return values.empty() ? text_in(setting, "example") : values;
}

std::string meaning_of(const json::value& setting) {
  const std::string words = text_in(setting, "words");
  return text_in(setting, "label") + (words.empty() ? "" : ": " + words);
}

Result<> show_one(Session& session, const json::value& kind) {
  Table table({{"SETTING"}, {"FOR EXAMPLE"}, {"MEANING"}});
  for (const auto& setting : list_in(kind, "settings")) {
    const bool is_open = text_in(setting, "type") == "options";
    table.add({text_in(setting, "name") + (is_open ? ".NAME" : ""), value_of(setting),
               meaning_of(setting)});
  }
  session.print(fmt::format("{}\n{}\n\n{}", text_in(kind, "label"), text_in(kind, "words"),
                            table.to_string()));
  return {};
}

Result<> show(Session& session, const std::string& name) {
  const json::value all = TRY(session.get(api_path({"kinds"})));
  if (session.json()) {
    session.print_json(all);
    return {};
  }
  Table table({{"KIND"}, {""}, {"WHAT IT IS"}});
  for (const auto& kind : list_in(all, "items")) {
    if (text_in(kind, "kind") == name) return show_one(session, kind);
    table.add({text_in(kind, "kind"), text_in(kind, "label"), text_in(kind, "words")});
  }
  if (!name.empty()) {
    return Error{.code = ErrorCode::not_found,
                 .message = fmt::format("there is no kind \"{}\"", name),
                 .hint = "Those that there are: slip source kinds"};
  }
  session.print(table.to_string() + "What can be set of one: slip source kinds KIND\n");
  return {};
}

}  // namespace

void add_source_kinds(Command* group) {
  const auto name = arguments<std::string>();
  auto* command = group->add_subcommand("kinds", "Kinds of source, and what can be set of each");
  command->add_option("kind", *name, "Only this one, with its settings");
  command->on_chosen([name](Session& session) { return show(session, *name); });
}

}  // namespace slip::cli
