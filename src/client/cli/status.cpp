// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"
#include "client/cli/table.h"

namespace slip::cli {
namespace {

// Who one is to the daemon, in words; also for somebody who is not logged in.
std::string whoami(Session& session) {
  const auto current = session.get(api_path({"sessions", "current"}));
  if (!current) return "nobody: " + current.error().message;
  const auto user =
      fmt::format("{} ({})", text_in(*current, "user.name"), text_in(*current, "user.role"));
  return session.login().empty() ? user + ", through the machine's own socket"
                                 : user + ", by " + session.login();
}

Result<> show_status(Session& session) {
  const FoundDaemon found = TRY(session.daemon());
  const json::value status = TRY(session.get(api_path({"status"})));
  if (session.json()) {
    session.print_json(status);
  } else {
    session.print(fields({{"daemon", text_in(status, "product") + " " + text_in(status, "version")},
                          {"address", found.address.to_string() + ", by " + found.how},
                          {"ready", flag_in(status, "ready") ? "yes" : "not yet"},
                          {"you are", whoami(session)}}));
  }
  if (flag_in(status, "ready")) return {};
  return Error{.code = ErrorCode::unavailable,
               .message = "the daemon is not ready yet",
               .hint = "It is starting: try again in a moment."};
}

}  // namespace

void add_status(Command& slip) {
  auto* command =
      slip.add_subcommand("status", "Whether the daemon answers, and who you are to it");
  command->on_chosen([](Session& session) { return show_status(session); });
}

}  // namespace slip::cli
