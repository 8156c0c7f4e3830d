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
  std::string branch;     // which is acted on; empty: the active one
  std::string of_branch;  // whose the time is; empty: the same
  std::string point;
  bool no_safety_point = false;
  bool accept_earlier = false;
  bool of_template = false;
};

json::object body_for(const Arguments& given) {
  json::object body;
  if (given.no_safety_point) body["safety_point"] = false;
  return body;
}

std::string place_of(const Arguments& given) {
  return given.branch.empty() ? api_path({"containers", given.container})
                              : api_path({"containers", given.container, "branches", given.branch});
}

// "qa", "the branch bug of qa".
std::string name_of(const Arguments& given) {
  if (given.branch.empty()) return given.container;
  return fmt::format("the branch {} of {}", given.branch, given.container);
}

// For the commands that follow: "qa --branch bug".
std::string words_of(const Arguments& given) {
  const auto container = shell_word(given.container);
  return given.branch.empty() ? container : container + " --branch " + shell_word(given.branch);
}

// How a message about it begins and ends. Nothing starts what was stopped: only its data is back,
// and whoever believes to be able to go on is told so.
struct Message {
  std::string subject;
  std::string hints;
};

Message message_for(Session& session, const Arguments& given) {
  const auto undo = given.no_safety_point ? "" : " Undo: slip undo " + words_of(given);
  const auto place = session.get(place_of(given));
  if (place && text_in(*place, "state") == "stopped") {
    return {"The data of " + name_of(given),
            fmt::format(" It is stopped, as it was before. Start it: slip container start {}.{}",
                        words_of(given), undo)};
  }
  return {given.branch.empty() ? given.container : "T" + name_of(given).substr(1), undo};
}

Result<> restore(Session& session, const Arguments& given) {
  json::object body = body_for(given);
  const int choices = !given.bookmark.empty() + !given.time.empty() + !given.point.empty();
  if (choices != 1) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = choices == 0 ? "say what to go back to"
                                         : "give only one of a bookmark, --to and --point",
                 .hint = fmt::format("slip restore {0} BOOKMARK, or slip restore {0} --to TIME. "
                                     "What there is: slip timeline {0}",
                                     shell_word(given.container))};
  }
  std::optional<Timestamp> asked;
  if (!given.bookmark.empty()) body["bookmark"] = given.bookmark;
  if (!given.point.empty()) body["point"] = given.point;
  if (given.of_template && given.time.empty()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "--of-template goes with --to",
                 .hint = fmt::format("The template's newest data: slip refresh {}",
                                     shell_word(given.container))};
  }
  if (!given.time.empty()) {
    asked = TRY(read_time(given.time, now()));
    const auto& of = given.of_branch.empty() && !given.of_template ? given.branch : given.of_branch;
    const WantedTime wanted{given.container, of, *asked, given.accept_earlier, given.of_template};
    const json::object more = TRY(announce(session, wanted));
    body.insert(more.begin(), more.end());
    body["time"] = to_rfc3339(*asked);
  }
  if (!given.of_branch.empty()) body["branch"] = given.of_branch;
  if (given.of_template) body["template"] = true;
  const Change change{
      .path = place_of(given) + "/restore", .body = body, .attempt = "restore " + name_of(given)};
  return carry_out(session, change, [&](const json::value& operation) {
    const bool is_other = asked && time_in(operation, "parent.at") != asked;
    const auto taken =
        is_other ? fmt::format(", the nearest at or before {},", exact_moment(*asked, now()))
                 : std::string();
    const auto message = message_for(session, given);
    return fmt::format("{} is back at {}{} after {}.{}", message.subject,
                       data_origin(operation, now()), taken, took(length_of(operation, now())),
                       message.hints);
  });
}

Result<> replace(Session& session, const Arguments& given, const std::string& act) {
  const Change change{.path = place_of(given) + "/" + act,
                      .body = body_for(given),
                      .attempt = act + " " + name_of(given)};
  return carry_out(session, change, [&](const json::value& operation) {
    const auto origin = data_origin(operation, now());
    const auto duration = took(length_of(operation, now()));
    const auto [subject, hints] = message_for(session, given);
    if (act == "refresh") {
      return fmt::format("{} has the newest data of its template, of {}, after {}.{}", subject,
                         origin, duration, hints);
    }
    if (act == "undo") {
      return fmt::format("Undone. {} is as it was at {}, after {}.{}", subject, origin, duration,
                         hints);
    }
    return fmt::format("{} is reset to {} after {}.{}", subject, origin, duration, hints);
  });
}

void add_replacing(Command& slip, const std::string& act, const std::string& help) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand(act, help);
  command->add_option("container", given->container, "The container")->required();
  command->add_flag("--no-safety-point", given->no_safety_point,
                    "Do not keep the data as it is now; this cannot be undone");
  command->add_option("--branch", given->branch, "This branch instead of the active one");
  command->on_chosen([given, act](Session& session) { return replace(session, *given, act); });
}

}  // namespace

void add_restore(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand(
      "restore", "Go back to a bookmark or a time; what came after stays on the timeline");
  command->add_option("container", given->container, "The container")->required();
  command->add_option("bookmark", given->bookmark,
                      "Its bookmark, or another's: \"qa/Bug 4711 data\"");
  command->add_option("--to", given->time, "This very moment, or the last point before it")
      ->type_name("TIME");
  command->add_option("--branch", given->branch, "This branch instead of the active one");
  command->add_option("--of", given->of_branch, "With --to: as this branch was then")
      ->type_name("BRANCH");
  command->add_flag("--of-template", given->of_template,
                    "With --to: the template's data of that time");
  command->add_flag("--accept-earlier", given->accept_earlier,
                    "With --to: however much earlier a source's data would be");
  command->add_option("--point", given->point, "This point of the timeline")->type_name("ID");
  command->add_flag("--no-safety-point", given->no_safety_point,
                    "Do not keep the data as it is now; this cannot be undone");
  command->on_chosen([given](Session& session) { return restore(session, *given); });

  add_replacing(slip, "undo", "Take back the last restore, refresh, reset or undo");
  add_replacing(slip, "reset", "Go back to the last act or bookmark on the branch");
  add_replacing(slip, "refresh", "Get the newest data of the template");
}

}  // namespace slip::cli
