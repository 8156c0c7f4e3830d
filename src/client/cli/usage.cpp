// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/table.h"

namespace slip::cli {
namespace {

std::vector<Column> columns_for(const std::string& what) {
  return {
      {what}, {"UNIQUE", Align::right}, {"SHARED", Align::right}, {"AS FULL COPY", Align::right}};
}

void add_row(Table& table, const std::string& name, const json::value& usage) {
  table.add({name, size(number_in(usage, "unique")), size(number_in(usage, "shared")),
             size(number_in(usage, "full"))});
}

// "" when there is nothing in the list.
std::string section(const json::value& usage, const std::string& list, const std::string& what,
                    const std::string& head) {
  Table table(columns_for(head));
  for (const auto& item : list_in(usage, list)) add_row(table, name_in(item, what), item);
  return table.empty() ? "" : "\n" + table.to_string();
}

// The rows, and what is no row's alone, are all that is used. Users' rows are their containers'.
std::string used_in_all(const json::value& usage) {
  std::int64_t alone = 0;
  for (const auto* list : {"templates", "containers", "sources", "trash"}) {
    for (const auto& row : list_in(usage, list)) alone += number_in(row, "unique");
  }
  const auto used = number_in(usage, "used");
  return fmt::format(
      "\nUsed in all: {}. Of it {} are of one of these alone, {} shared by several or the pool's "
      "own.\n",
      size(used), size(alone), size(std::max<std::int64_t>(0, used - alone)));
}

Result<> show_usage(Session& session, const std::string& container) {
  const auto path =
      container.empty() ? api_path({"usage"}) : api_path({"containers", container, "usage"});
  const json::value usage = TRY(session.get(path));
  if (session.json()) {
    session.print_json(usage);
    return {};
  }
  std::string text;
  if (const auto* whole = find_in(usage, "container")) {
    Table table(columns_for("CONTAINER"));
    add_row(table, container, *whole);
    text += "\n" + table.to_string();
  }
  text += section(usage, "templates", "template", "TEMPLATE");
  text += section(usage, "containers", "container", "CONTAINER");
  text += section(usage, "sources", "source", "SOURCE");
  text += section(usage, "trash", "thing", "TRASH");
  text += section(usage, "users", "user", "USER");
  text += section(usage, "branches", "branch", "BRANCH");
  text += section(usage, "bookmarks", "bookmark", "BOOKMARK");
  text += section(usage, "tags", "tag", "TAG");
  if (text.empty()) text = "\nNothing takes any space yet.\n";
  session.print(text.substr(1));
  if (find_in(usage, "used")) session.print(used_in_all(usage));
  session.print("\nUnique is what deleting it would free; shared is held by others, too.\n");
  return {};
}

}  // namespace

void add_usage(Command& slip) {
  const auto container = arguments<std::string>();
  auto* command = slip.add_subcommand(
      "usage", "The space that a container, its branches and its bookmarks take");
  command->add_option("container", *container, "The container; without: all (administrators)");
  command->on_chosen([container](Session& session) { return show_usage(session, *container); });
}

}  // namespace slip::cli
