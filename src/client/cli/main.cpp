// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "base/error_table.h"
#include "client/cli/commands.h"
#include "client/cli/error_report.h"
#include "client/cli/product.h"

namespace slip::cli {
namespace {

std::string footer() {
  std::string text =
      "Names may be given wherever ids are; another container's bookmark is \"qa/its name\".\n"
      "The daemon: --socket or --url, else SLIP_SOCKET or SLIP_URL, else the installation that\n"
      "this user started last. The login: SLIP_TOKEN (set but empty: none), else the one of\n"
      "`slip login`, else the machine's own admin through the socket.\n\n"
      "Exit codes:\n  0   done\n";
  std::vector<ErrorMeaning> rows(error_table().begin(), error_table().end());
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.exit_code < b.exit_code; });
  for (const auto& row : rows) {
    text += fmt::format("  {:<3} {:<20} {}\n", row.exit_code, to_string(row.code), row.title);
  }
  return text + "  130 interrupted while waiting; the operation goes on\n";
}

void add_everything(Command& slip) {
  add_login(slip);
  add_status(slip);
  add_containers(slip);
  add_bookmarks(slip);
  add_restore(slip);
  add_branches(slip);
  add_timeline(slip);
  add_connect(slip);
  add_log(slip);
  add_usage(slip);
  add_operations(slip);
  add_trash(slip);
  add_apply(slip);
  add_templates(slip);
  add_sources(slip);
  add_users(slip);
  add_tokens(slip);
  add_peek(slip);
  add_pool(slip);
  add_certificate_authority(slip);
  add_doctor(slip);
  add_events(slip);
  add_completion(slip);
}

void add_global_options(Command& slip, GlobalOptions& options) {
  slip.add_option("--socket", options.address.socket, "The daemon's socket")->type_name("PATH");
  slip.add_option("--url", options.address.url, "The daemon's address")->type_name("URL");
  slip.add_option("--certificate", options.certificate,
                  "Whom to trust besides the system's authorities")
      ->type_name("FILE")
      ->environment_variable("SLIP_CERTIFICATE");
  slip.add_flag("--json", options.json, "Print the API's JSON (times in UTC)");
  slip.add_flag("--no-wait", options.no_wait, "Do not wait for the operation to end");
}

int finish(const Result<>& result, const Session& session) {
  if (result) return 0;
  const Error& error = result.error();
  const auto& operation = session.last_operation();
  const auto report =
      session.json() ? error_report_json(error, operation) : error_report(error, operation);
  std::fputs(report.c_str(), stderr);
  return meaning_of(error.code).exit_code;
}

int run(int argc, char** argv) {
  CommandLine line(
      "slip", "Your own copies of databases and applications: bookmark, restore, branch, share.",
      std::string("slip ") + product_version);
  GlobalOptions options;
  line.root().require_subcommand();
  add_global_options(line.root(), options);
  add_everything(line.root());
  line.set_footer(footer());
  const auto parsed = line.parse(argc, argv);
  Session session(options, process_environment);
  if (!parsed) return finish(parsed.error(), session);
  if (*parsed) return **parsed;
  return finish(line.root().chosen().act()(session), session);
}

}  // namespace
}  // namespace slip::cli

int main(int argc, char** argv) {
  // `slip ... | head` ends quietly.
  std::signal(SIGPIPE, SIG_DFL);
  return slip::cli::run(argc, argv);
}
