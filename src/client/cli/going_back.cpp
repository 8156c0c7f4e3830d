// SPDX-License-Identifier: Apache-2.0
#include "client/cli/going_back.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "client/cli/figures.h"
#include "client/cli/text_width.h"

namespace slip::cli {
namespace {

// "db exactly then, app as of 14:00:00".
std::string source_times(const json::value& found, Timestamp asked) {
  std::string out;
  for (const auto& one : list_in(found, "sources")) {
    const auto at = time_in(one, "at").value_or(asked);
    out += (out.empty() ? "" : ", ") + text_in(one, "source");
    out += at == asked ? " exactly then" : " as of " + exact_moment(at, now());
  }
  return out;
}

// What of the sources' data is not there at that moment, a line each.
std::string lacking_then(const json::value& found) {
  std::string out;
  for (const auto& source : list_in(found, "sources")) {
    for (const auto& one : list_in(source, "lacks")) {
      if (!one.is_string()) continue;
      out += fmt::format("  {}: {}\n", text_in(source, "source"),
                         printable(std::string(one.get_string())));
    }
  }
  return out.empty() ? out : "Not in it:\n" + out;
}

Result<> ask(Session& session, const json::value& found, Timestamp asked) {
  const std::string words =
      fmt::format("{}: {}", exact_moment(asked, now()), source_times(found, asked));
  if (isatty(STDIN_FILENO) == 0 || session.json()) {
    return Error{
        .code = ErrorCode::precondition_failed,
        .message = words + ". The template says to ask before data so much earlier is taken",
        .hint = "Add --accept-earlier, or choose another time."};
  }
  session.print(
      "That is further from the time you asked for than the template allows. Take it all "
      "the same? [y/N] ");
  std::cout.flush();
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return Error{.code = ErrorCode::canceled, .message = "nothing was done"};
}

}  // namespace

Result<json::object> announce(Session& session, const WantedTime& wanted) {
  json::object more;
  if (session.json()) {
    if (wanted.accept_earlier) more["accept_earlier"] = true;
    return more;
  }
  const auto path = wanted.container.empty() ? api_path({"templates", wanted.tmpl, "moment"})
                                             : api_path({"containers", wanted.container, "moment"});
  const auto found =
      TRY(session.get(with_query(path, {{"time", to_rfc3339(wanted.at)},
                                        {"branch", wanted.branch},
                                        {"template", wanted.of_template ? "1" : ""}})));
  session.print(
      fmt::format("{}: {}.\n", exact_moment(wanted.at, now()), source_times(found, wanted.at)));
  session.print(lacking_then(found));
  const bool asks = flag_in(found, "asks");
  if (asks && !wanted.accept_earlier) TRY(ask(session, found, wanted.at));
  if (asks) more["accept_earlier"] = true;
  return more;
}

}  // namespace slip::cli
