#include "client/cli/commands.h"

namespace slip::cli {

void Commands::on(CLI::App* command, Act act) {
  command->callback([this, command, act = std::move(act)] {
    // Also called for a group when one of its commands was given.
    if (command->get_subcommands().empty()) chosen_ = act;
  });
}

CLI::App* Commands::group(const std::string& name, const std::string& help) {
  auto* group = root_.add_subcommand(name, help);
  group->require_subcommand(1);
  return group;
}

CLI::Option* add_repeated(CLI::App* command, const std::string& name,
                          std::vector<std::string>& values, const std::string& help) {
  // Else the option would take the positional arguments after it, too.
  return command->add_option(name, values, help)->allow_extra_args(false);
}

}  // namespace slip::cli
