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
  std::string branch;
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

std::string undo_hint(const Arguments& given) {
  return given.no_safety_point ? "" : " Undo: slip undo " + shell_word(given.container);
}

// What else somebody should know who believes to be able to go on: nothing starts what was stopped.
std::string afterwards(Session& session, const Arguments& given) {
  const auto container = session.get(api_path({"containers", given.container}));
  if (!container || text_in(*container, "state") != "stopped") return undo_hint(given);
  return fmt::format(" It is stopped, as it was before. Start it: slip container start {}.{}",
                     shell_word(given.container), undo_hint(given));
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
    const WantedTime wanted{given.container, given.branch, *asked, given.accept_earlier,
                            given.of_template};
    const json::object more = TRY(announce(session, wanted));
    body.insert(more.begin(), more.end());
    body["time"] = to_rfc3339(*asked);
  }
  if (!given.branch.empty()) body["branch"] = given.branch;
  if (given.of_template) body["template"] = true;
  const Change change{.path = api_path({"containers", given.container, "restore"}),
                      .body = body,
                      .attempt = "restore " + given.container};
  return carry_out(session, change, [&](const json::value& operation) {
    const bool is_other = asked && time_in(operation, "parent.at") != asked;
    const auto taken =
        is_other ? fmt::format(", the nearest at or before {},", exact_moment(*asked, now()))
                 : std::string();
    return fmt::format("{} is back at {}{} after {}.{}", given.container,
                       data_origin(operation, now()), taken, took(length_of(operation, now())),
                       afterwards(session, given));
  });
}

Result<> replace(Session& session, const Arguments& given, const std::string& act) {
  const Change change{.path = api_path({"containers", given.container, act}),
                      .body = body_for(given),
                      .attempt = act + " " + given.container};
  return carry_out(session, change, [&](const json::value& operation) {
    const auto origin = data_origin(operation, now());
    const auto duration = took(length_of(operation, now()));
    if (act == "refresh") {
      return fmt::format("{} has the newest data of its template, of {}, after {}.{}",
                         given.container, origin, duration, afterwards(session, given));
    }
    if (act == "undo") {
      return fmt::format("Undone: {} is as it was at {}, after {}.{}", given.container, origin,
                         duration, afterwards(session, given));
    }
    return fmt::format("{} is reset to {} after {}.{}", given.container, origin, duration,
                       afterwards(session, given));
  });
}

void add_replacing(Command& slip, const std::string& act, const std::string& help) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand(act, help);
  command->add_option("container", given->container, "The container")->required();
  command->add_flag("--no-safety-point", given->no_safety_point,
                    "Do not keep the data as it is now; this cannot be undone");
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
  command->add_option("--branch", given->branch, "With --to: of this branch of the container");
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
