#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "client/cli/session.h"

// The commands, one function a group, each in a file of its name. A function adds its commands to
// the application; what they do is chosen by parsing and carried out afterwards.

namespace slip::cli {

class Commands {
 public:
  using Act = std::function<Result<>(Session&)>;

  explicit Commands(CLI::App& root) : root_(root) {}
  CLI::App& root() { return root_; }

  // `act` is what is done when `command` is the one that was given.
  void on(CLI::App* command, Act act);
  // A group such as `slip branch`, which does nothing without one of its commands.
  CLI::App* group(const std::string& name, const std::string& help);

  // Nothing when no command was given.
  const Act& chosen() const { return chosen_; }

 private:
  CLI::App& root_;
  Act chosen_;
};

// The arguments of one command, filled by parsing; kept alive by the command's act.
template <class Arguments>
std::shared_ptr<Arguments> arguments() {
  return std::make_shared<Arguments>();
}

// An option that may be given several times, each time with one value.
CLI::Option* add_repeated(CLI::App* command, const std::string& name,
                          std::vector<std::string>& values, const std::string& help);

void add_apply(Commands& commands);
void add_bookmarks(Commands& commands);
void add_branches(Commands& commands);
void add_completion(Commands& commands);
void add_connect(Commands& commands);
void add_containers(Commands& commands);
void add_doctor(Commands& commands);
void add_events(Commands& commands);
void add_log(Commands& commands);
void add_login(Commands& commands);
void add_members(Commands& commands, CLI::App* container);
void add_operations(Commands& commands);
void add_pool(Commands& commands);
void add_restore(Commands& commands);
void add_sources(Commands& commands);
void add_status(Commands& commands);
void add_templates(Commands& commands);
void add_timeline(Commands& commands);
void add_tokens(Commands& commands);
void add_trash(Commands& commands);
void add_usage(Commands& commands);
void add_users(Commands& commands);

}  // namespace slip::cli
