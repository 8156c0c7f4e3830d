// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "base/error_table.h"
#include "client/cli/commands.h"
#include "client/cli/figures.h"
#include "client/cli/source_commands.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/cli/words.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string file;
  std::string kind = "postgresql";
  std::vector<std::string> settings;
};

// Until it has ended, however long that takes.
Result<json::value> read_whole(Session& session, const json::object& body) {
  auto response = TRY(session.send({.method = "POST",
                                    .path = api_path({"dump-checks"}) + "?wait=20",
                                    .body = json::value(body)}));
  json::value check = TRY(response.body());
  while (text_in(check, "state") == "running") {
    check = TRY(session.get(api_path({"dump-checks", text_in(check, "id")}) + "?wait=20"));
  }
  if (text_in(check, "state") == "succeeded") return *find_in(check, "report");
  return Error{
      .code = error_code_from_string(text_in(check, "failure.code")).value_or(ErrorCode::failed),
      .message = text_in(check, "failure.message"),
      .hint = text_in(check, "failure.hint"),
      .detail = text_in(check, "failure.detail")};
}

void show_needs(Session& session, const json::value& report) {
  Table table({{"NEEDS"}, {"NAME"}, {"HERE"}, {""}});
  for (const auto& need : list_in(report, "needs")) {
    table.add({text_in(need, "what"), text_in(need, "name"), flag_in(need, "is_met") ? "yes" : "no",
               text_in(need, "note")});
  }
  if (!table.empty()) session.print("\n" + table.to_string());
}

void show_refusals(Session& session, const json::value& report) {
  std::string out;
  for (const auto& refusal : list_in(report, "refusals")) {
    const auto line = text_in(refusal, "line");
    out += fmt::format("  {}{}\n", line.empty() ? "" : "line " + line + ": ",
                       printable(text_in(refusal, "message")));
    const auto hint = text_in(refusal, "hint");
    if (!hint.empty()) out += fmt::format("    {}\n", printable(hint));
  }
  if (!out.empty()) session.print("\nWould be refused\n" + out);
}

Result<> check(Session& session, const Arguments& given) {
  json::object settings;
  for (const auto& setting : given.settings) {
    const auto [key, value] = TRY(key_and_value(setting, "--set"));
    settings[key] = value;
  }
  settings["dump"] = std::filesystem::absolute(given.file).lexically_normal().string();
  const json::value report =
      TRY(read_whole(session, {{"kind", given.kind}, {"settings", std::move(settings)}}));
  if (session.json()) {
    session.print_json(report);
  } else {
    session.print(fields({{"dump", given.file},
                          {"format", text_in(report, "format")},
                          {"made by", text_in(report, "made_by")},
                          {"would be loaded by", text_in(report, "loaded_by")},
                          {"size", size(number_in(report, "bytes"))},
                          {"unpacked", size(number_in(report, "bytes_unpacked"))},
                          {"makes databases", joined(list_in(report, "databases"), ", ")}}));
    show_needs(session, report);
    show_refusals(session, report);
  }
  const auto refusals = list_in(report, "refusals").size();
  if (refusals == 0) {
    if (!session.json()) session.print("\nNothing is in the way of linking it.\n");
    return {};
  }
  return Error{
      .code = ErrorCode::precondition_failed,
      .message = fmt::format("the dump {} would be refused for {}", given.file,
                             refusals == 1 ? "one reason" : std::to_string(refusals) + " reasons")};
}

}  // namespace

void add_source_check(Command* group) {
  const auto given = arguments<Arguments>();
  auto* command =
      group->add_subcommand("check", "Read a dump and say what it needs, before anything is made");
  command->add_option("dump", given->file, "A file or folder on the daemon's machine")->required();
  command->add_option("--kind", given->kind, "postgresql, mariadb, mysql");
  command->add_repeated("--set", given->settings, "A setting that the source would have")
      ->type_name("KEY=VALUE");
  command->on_chosen([given](Session& session) { return check(session, *given); });
}

}  // namespace slip::cli
