// SPDX-License-Identifier: Apache-2.0
#include "client/cli/commands.h"
#include "client/cli/text_width.h"

namespace slip::cli {
namespace {

struct Arguments {
  std::string container;
  std::string source;
  std::string branch;
  std::string bytes;
};

Result<> show_log(Session& session, const Arguments& given) {
  const auto path = with_query(api_path({"containers", given.container, "logs", given.source}),
                               {{"branch", given.branch}, {"bytes", given.bytes}});
  const ApiResponse response = TRY(session.send({.path = path}));
  if (session.json()) {
    session.print_json(json::object{{"log", response.text}});
  } else {
    session.print(printable(response.text, Lines::many_lines));
  }
  return {};
}

}  // namespace

void add_log(Command& slip) {
  const auto given = arguments<Arguments>();
  auto* command = slip.add_subcommand("log", "What a database or application wrote");
  command->add_option("container", given->container, "The container")->required();
  command->add_option("source", given->source, "Which of its sources")->required();
  command->add_option("--branch", given->branch, "Another branch than the active one");
  command->add_option("--bytes", given->bytes, "So much of its end")->whole_number(1);
  command->on_chosen([given](Session& session) { return show_log(session, *given); });
}

}  // namespace slip::cli
