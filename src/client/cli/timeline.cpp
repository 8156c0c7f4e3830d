// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/timeline_graph.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string branch;
  std::string around;
  std::string before;
  std::string after;
  bool all_points = false;
  bool all_branches = false;
};

Result<json::value> read_timeline(Session& session, const Arguments& given,
                                  const std::string& branch) {
  std::string around;
  if (!given.around.empty()) around = to_rfc3339(TRY(read_time(given.around, now())));
  return session.get(with_query(
      api_path({"containers", given.container, "timeline"}),
      {{"branch", branch}, {"around", around}, {"before", given.before}, {"after", given.after}}));
}

// "Other branches: default, perf-test": where else to look.
std::string other_branches(const json::value& timeline, const std::string& container) {
  std::string names;
  for (const auto& branch : list_in(timeline, "branches")) {
    if (text_in(branch, "id") == text_in(timeline, "branch.id")) continue;
    names += (names.empty() ? "" : ", ") + text_in(branch, "name");
  }
  if (names.empty()) return "";
  return fmt::format("\nOther branches: {}. See: slip timeline {} --branch NAME, or --all\n", names,
                     shell_word(container));
}

Result<> show_timeline(Session& session, const Arguments& given) {
  const json::value timeline = TRY(read_timeline(session, given, given.branch));
  if (session.json()) {
    session.print_json(timeline);
    return {};
  }
  const GraphStyle style{.glyphs = glyphs_for(session.environment()),
                         .automatic = given.all_points ? Automatic::shown : Automatic::folded};
  session.print(timeline_graph(timeline, style, now()));
  if (!given.all_branches) {
    session.print(other_branches(timeline, given.container));
    return {};
  }
  for (const auto& branch : list_in(timeline, "branches")) {
    if (text_in(branch, "id") == text_in(timeline, "branch.id")) continue;
    const json::value other = TRY(read_timeline(session, given, text_in(branch, "id")));
    session.print("\n" + timeline_graph(other, style, now()));
  }
  return {};
}

}  // namespace

void add_timeline(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand(
      "timeline", "A container's history: points, bookmarks, and what was done");
  command->add_option("container", given->container, "The container")->required();
  command->add_option("--branch", given->branch, "Another branch than the active one");
  command->add_flag("--all", given->all_branches, "All branches, one after the other");
  command->add_flag("--points", given->all_points, "Each automatic point on a line of its own");
  command->add_option("--around", given->around, "Near this time")->type_name("TIME");
  command->add_option("--before", given->before, "So many points before it")->whole_number(0);
  command->add_option("--after", given->after, "So many points after it")->whole_number(0);
  command->on_chosen([given](Session& session) { return show_timeline(session, *given); });
}

}  // namespace slip::cli
