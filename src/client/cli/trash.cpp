// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

Result<> list_trash(Session& session) {
  const json::value all = TRY(session.list(api_path({"trash"})));
  if (session.json()) {
    session.print_json(all);
    return {};
  }
  Table table({{"WHAT"}, {"NAME"}, {"OF"}, {"DELETED"}, {""}, {"BY"}, {"GONE FOR GOOD"}, {"ID"}});
  for (const auto& thing : list_in(all, "items")) {
    const auto deleted = time_in(thing, "deleted_at");
    const auto purged = time_in(thing, "purged_at");
    table.add({text_in(thing, "kind"), text_in(thing, "name"), name_in(thing, "container"),
               deleted ? short_moment(*deleted, now()) : "", deleted ? ago(*deleted, now()) : "",
               text_in(thing, "deleted_by"), purged ? ago(*purged, now()) : "",
               text_in(thing, "id")});
  }
  session.print(
      table.empty()
          ? "The trash is empty.\n"
          : table.to_string() +
                "\nBring one back: slip trash recover ID. For good: slip trash purge ID\n");
  return {};
}

}  // namespace

void add_trash(Command& slip) {
  auto* group = add_group(slip, "trash", "What was deleted, and can still be brought back");
  auto* list = group->add_subcommand("list", "Deleted containers, branches and bookmarks");
  list->on_chosen([](Session& session) { return list_trash(session); });
  const auto id = arguments<std::string>();
  const auto done = [](const json::value& operation) {
    return fmt::format("Done: {}.", text_in(operation, "words"));
  };
  auto* recover = group->add_subcommand("recover", "Bring something back");
  recover->add_option("id", *id, "Its id, as the list shows it")->required();
  recover->on_chosen([id, done](Session& session) {
    const Change change{.path = api_path({"trash", *id, "recover"}), .attempt = "recover " + *id};
    return carry_out(session, change, done);
  });
  auto* purge = group->add_subcommand("purge", "Remove something for good, and free its space");
  purge->add_option("id", *id, "Its id, as the list shows it")->required();
  purge->on_chosen([id, done](Session& session) {
    const Change change{.method = "DELETE",
                        .path = api_path({"trash", *id}),
                        .body = nullptr,
                        .attempt = "purge " + *id};
    return carry_out(session, change, done);
  });
}

}  // namespace slip::cli
