// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <set>

namespace slip::cli {

Option* Option::required() {
  option_->required();
  return this;
}
Option* Option::type_name(const std::string& name) {
  option_->type_name(name);
  return this;
}
Option* Option::environment_variable(const std::string& name) {
  option_->envname(name);
  return this;
}
Option* Option::default_value(const std::string& value) {
  option_->default_val(value);
  return this;
}
Option* Option::whole_number(long least) {
  option_->type_name("NUMBER")->check([least](const std::string& text) {
    long number = 0;
    return CLI::detail::lexical_cast(text, number) && number >= least
               ? std::string()
               : fmt::format("\"{}\" is not a whole number from {} on", text, least);
  });
  return this;
}
Option* Option::one_of(const std::vector<std::string>& values) {
  option_->check(CLI::IsMember(std::set<std::string>(values.begin(), values.end())));
  return this;
}
Option* Option::excludes(Option* other) {
  option_->excludes(other->option_);
  return this;
}
bool Option::was_given() const {
  return option_->count() != 0;
}

Command* Command::add_subcommand(const std::string& name, const std::string& help) {
  return &subcommands_.emplace_back(app_->add_subcommand(name, help));
}

Option* Command::keep(CLI::Option* option) {
  for (const auto& name : option->get_lnames()) option_names_.push_back("--" + name);
  if (option->get_positional()) argument_names_.push_back(option->get_name(true, false));
  option->type_name(option->get_positional() ? "" : "TEXT");
  return &options_.emplace_back(option);
}

Option* Command::add_option(const std::string& name, std::string& value, const std::string& help) {
  return keep(app_->add_option(name, value, help));
}

Option* Command::add_flag(const std::string& name, bool& value, const std::string& help) {
  auto* kept = keep(app_->add_flag(name, value, help));
  kept->type_name("");
  return kept;
}

Option* Command::add_repeated(const std::string& name, std::vector<std::string>& values,
                              const std::string& help) {
  // Else the option would take the arguments after it, too.
  return keep(app_->add_option(name, values, help)->allow_extra_args(false));
}

void Command::require_subcommand() {
  app_->require_subcommand(1);
}

void Command::allow_subcommand() {
  app_->require_subcommand(0, 1);
}

std::string Command::name() const {
  return app_->get_name();
}

const Command& Command::chosen() const {
  for (const auto& command : subcommands_) {
    if (command.app_->parsed()) return command.chosen();
  }
  return *this;
}

CommandLine::CommandLine(const std::string& name, const std::string& about,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(about, name)), root_(std::make_unique<Command>(app_.get())) {
  app_->set_version_flag("--version", version, "Print the version");
  app_->set_help_flag("-h,--help", "Print this");
  app_->fallthrough();
  app_->get_formatter()->column_width(34);
}

CommandLine::~CommandLine() = default;

void CommandLine::set_footer(const std::string& text) {
  app_->footer(text);
}

Result<std::optional<int>> CommandLine::parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
    return std::optional<int>();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return std::optional(app_->exit(error));
    const CLI::App* command = app_.get();
    std::string name = command->get_name();
    while (!command->get_subcommands().empty()) {
      command = command->get_subcommands().front();
      name += " " + command->get_name();
    }
    return Error{.code = ErrorCode::invalid_argument,
                 .message = error.what(),
                 .hint = "See: " + name + " --help"};
  }
}

}  // namespace slip::cli
