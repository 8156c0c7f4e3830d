// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

// The command line as it is declared. A thin layer over CLI11, whose header only command_line.cpp
// includes, because it takes longer to compile than everything else of a command.

namespace slip::cli {

class Session;

class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option* required();
  Option* type_name(const std::string& name);
  Option* environment_variable(const std::string& name);
  Option* default_value(const std::string& value);
  Option* whole_number(long least);
  Option* one_of(const std::vector<std::string>& values);
  // Not together with the other one.
  Option* excludes(Option* other);
  bool was_given() const;

 private:
  CLI::Option* option_;
};

// One command, such as `slip` or `slip branch create`. What its options are parsed into must
// outlive it; the pointers it gives out live as long as it does.
class Command {
 public:
  using Act = std::function<Result<>(Session&)>;

  explicit Command(CLI::App* app) : app_(app) {}
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  Command* add_subcommand(const std::string& name, const std::string& help);
  // A name without dashes is an argument in its place.
  Option* add_option(const std::string& name, std::string& value, const std::string& help);
  Option* add_flag(const std::string& name, bool& value, const std::string& help);
  // May be given several times, each time with one value.
  Option* add_repeated(const std::string& name, std::vector<std::string>& values,
                       const std::string& help);
  // Does nothing without one of its commands.
  void require_subcommand();
  // One of its commands may be given.
  void allow_subcommand();
  // What is done when this command is the one that was given.
  void on_chosen(Act act) { act_ = std::move(act); }

  std::string name() const;
  const std::deque<Command>& subcommands() const { return subcommands_; }
  // "--note", "--tag"; and the arguments in their order: "container", "bookmark".
  const std::vector<std::string>& option_names() const { return option_names_; }
  const std::vector<std::string>& argument_names() const { return argument_names_; }

  // The command that was given, after parsing: itself, or one below it.
  const Command& chosen() const;
  const Act& act() const { return act_; }

 private:
  Option* keep(CLI::Option* option);

  CLI::App* app_;
  std::deque<Command> subcommands_;
  std::deque<Option> options_;
  std::vector<std::string> option_names_;
  std::vector<std::string> argument_names_;
  Act act_;
};

// The whole command line of a program.
class CommandLine {
 public:
  CommandLine(const std::string& name, const std::string& about, const std::string& version);
  ~CommandLine();

  Command& root() { return *root_; }
  void set_footer(const std::string& text);

  // An exit status when there is nothing to be done: help or the version was printed. Errors:
  // `invalid_argument`, with the command whose --help tells more in the hint.
  Result<std::optional<int>> parse(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
  std::unique_ptr<Command> root_;
};

}  // namespace slip::cli
