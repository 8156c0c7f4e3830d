// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "client/cli/command_line.h"
#include "client/cli/session.h"

// The commands, one function a group, each in a file of its name. A function adds its commands to
// `slip` and says what each does.

namespace slip::cli {

// The arguments of one command, filled by parsing; kept alive by the command's act.
template <class Arguments>
std::shared_ptr<Arguments> arguments() {
  return std::make_shared<Arguments>();
}

// A group such as `slip branch`, which does nothing without one of its commands.
inline Command* add_group(Command& slip, const std::string& name, const std::string& help) {
  auto* group = slip.add_subcommand(name, help);
  group->require_subcommand();
  return group;
}

void add_apply(Command& slip);
void add_bookmarks(Command& slip);
void add_branches(Command& slip);
void add_certificate_authority(Command& slip);
void add_completion(Command& slip);
void add_connect(Command& slip);
void add_containers(Command& slip);
void add_doctor(Command& slip);
void add_events(Command& slip);
void add_log(Command& slip);
void add_login(Command& slip);
void add_members(Command& container);
void add_operations(Command& slip);
void add_peek(Command& slip);
void add_pool(Command& slip);
void add_quota(Command& container);
void add_restore(Command& slip);
void add_sources(Command& slip);
void add_status(Command& slip);
void add_templates(Command& slip);
void add_timeline(Command& slip);
void add_tokens(Command& slip);
void add_trash(Command& slip);
void add_usage(Command& slip);
void add_users(Command& slip);

}  // namespace slip::cli
