#include <clocale>
#include <csignal>
#include <cstdio>

#include <fmt/format.h>

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

void add_everything(Commands& commands) {
  add_login(commands);
  add_status(commands);
  add_containers(commands);
  add_bookmarks(commands);
  add_restore(commands);
  add_branches(commands);
  add_timeline(commands);
  add_connect(commands);
  add_log(commands);
  add_usage(commands);
  add_operations(commands);
  add_trash(commands);
  add_apply(commands);
  add_templates(commands);
  add_sources(commands);
  add_users(commands);
  add_tokens(commands);
  add_pool(commands);
  add_doctor(commands);
  add_events(commands);
  add_completion(commands);
}

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("--socket", options.address.socket, "The daemon's socket")->type_name("PATH");
  app.add_option("--url", options.address.url, "The daemon's address")->type_name("URL");
  app.add_option("--certificate", options.certificate,
                 "Whom to trust besides the system's authorities")
      ->type_name("FILE")
      ->envname("SLIP_CERTIFICATE");
  app.add_flag("--json", options.json, "Print the API's JSON (times in UTC)");
  app.add_flag("--no-wait", options.no_wait, "Do not wait for the operation to end");
}

int finish(const Result<>& result, const Session& session) {
  if (result) return 0;
  const Error& error = result.error();
  const auto& operation = session.last_operation();
  const auto report = session.json() ? error_report_json(error, operation)
                                     : error_report(error, operation);
  std::fputs(report.c_str(), stderr);
  return meaning_of(error.code).exit_code;
}

int run(int argc, char** argv) {
  CLI::App app("Your own copies of databases and applications: bookmark, restore, branch, share.",
               "slip");
  GlobalOptions options;
  app.set_version_flag("--version", std::string("slip ") + product_version);
  app.fallthrough();
  app.require_subcommand(1);
  app.footer(footer());
  app.get_formatter()->column_width(34);
  Commands commands(app);
  add_global_options(app, options);
  add_everything(commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    const CLI::App* command = &app;
    while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
    std::string name;
    for (const auto* at = command; at != nullptr; at = at->get_parent()) {
      name = at->get_name() + (name.empty() ? "" : " ") + name;
    }
    fmt::print(stderr, "slip: {}\n  See: {} --help\n", error.what(), name);
    return meaning_of(ErrorCode::invalid_argument).exit_code;
  }
  Session session(std::move(options), process_environment);
  return finish(commands.chosen()(session), session);
}

}  // namespace
}  // namespace slip::cli

int main(int argc, char** argv) {
  // `slip ... | head` ends quietly.
  std::signal(SIGPIPE, SIG_DFL);
  return slip::cli::run(argc, argv);
}
