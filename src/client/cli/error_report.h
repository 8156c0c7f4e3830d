// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"

namespace slip::cli {

// What went wrong, for a person: what was tried, the message, what to do, the operation's id, and
// the end of what the program said that failed. Of several lines, the last with a line break.
// `operation` is empty when there was none.
std::string error_report(const Error& error, const std::string& operation);

// The same for programs, on one line.
std::string error_report_json(const Error& error, const std::string& operation);

}  // namespace slip::cli
