// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/going_back.h"
#include "client/cli/operation_wait.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string bookmark;
  std::string time;
  std::string of_branch;
  std::string name;
  bool accept_earlier = false;
  bool of_template = false;
};

// "peek at 2026-11-22 14-03-07": a name that says it all, and is allowed.
std::string default_name(const Arguments& given, const std::optional<Timestamp>& at) {
  if (!at) return "peek at " + given.bookmark;
  std::string name = "peek at " + to_rfc3339(*at).substr(0, 19);
  for (char& c : name) {
    if (c == 'T') c = ' ';
    if (c == ':') c = '-';
  }
  return name;
}

// The branch's own addresses, one a line.
std::string addresses(Session& session, const Arguments& given, const std::string& name) {
  const auto branch = session.get(api_path({"containers", given.container, "branches", name}));
  std::string out;
  if (!branch) return out;
  for (const auto& endpoint : list_in(*branch, "endpoints")) {
    out += fmt::format("\n  {}  {}", text_in(endpoint, "source"), endpoint_address(endpoint));
  }
  return out;
}

Result<> peek(Session& session, const Arguments& given) {
  if (given.time.empty() == given.bookmark.empty()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = given.time.empty() ? "say what to look at"
                                               : "give only one of a bookmark and --at",
                 .hint = fmt::format("slip peek {0} --at \"10 min ago\", or slip peek {0} BOOKMARK",
                                     shell_word(given.container))};
  }
  json::object from;
  std::optional<Timestamp> at;
  if (!given.time.empty()) {
    at = TRY(read_time(given.time, now()));
    from = TRY(announce(
        session, {given.container, given.of_branch, *at, given.accept_earlier, given.of_template}));
    from["time"] = to_rfc3339(*at);
    if (given.of_template) from["template"] = true;
    if (!given.of_branch.empty()) from["branch"] = given.of_branch;
  } else {
    from["bookmark"] = given.bookmark;
  }
  const std::string name = given.name.empty() ? default_name(given, at) : given.name;
  const Change change{.path = api_path({"containers", given.container, "branches"}),
                      .body = json::object{{"name", name}, {"from", from}, {"read_only", true}},
                      .attempt = "look into " + given.container};
  return carry_out(session, change, [&](const json::value& operation) {
    return fmt::format(
        "{} as it was then, to look at, after {}; the active branch is as it was.{}\nWhen you are "
        "done: slip branch delete {} {}",
        given.container, took(length_of(operation, now())), addresses(session, given, name),
        shell_word(given.container), shell_word(name));
  });
}

}  // namespace

void add_peek(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand(
      "peek", "Open a moment beside the active branch, to look at: its databases, read-only");
  command->add_option("container", given->container, "The container")->required();
  command->add_option("bookmark", given->bookmark, "Its bookmark, or another's");
  command->add_option("--at", given->time, "This very moment, or the last point before it")
      ->type_name("TIME");
  command->add_option("--of", given->of_branch, "With --at: of this branch")->type_name("BRANCH");
  command->add_flag("--of-template", given->of_template,
                    "With --at: the template's data of that time");
  command->add_option("--name", given->name, "What to call the branch that shows it");
  command->add_flag("--accept-earlier", given->accept_earlier,
                    "However much earlier a source's data would be");
  command->on_chosen([given](Session& session) { return peek(session, *given); });
}

}  // namespace slip::cli
