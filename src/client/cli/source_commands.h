// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "client/cli/command_line.h"
#include "client/cli/session.h"

namespace slip::cli {

// How up to date a source is: its lag, its last error, its next sync. Empty: all of them.
Result<> show_source_status(Session& session, const std::string& source);

// "KEY=VALUE" of that option; a value of "@FILE" is what the file has.
Result<std::pair<std::string, std::string>> key_and_value(const std::string& text,
                                                          const std::string& option);

void add_source_check(Command* group);
void add_source_kinds(Command* group);

}  // namespace slip::cli
