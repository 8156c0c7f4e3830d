// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"

namespace slip {

enum class RunnerRetry { never, later };

// What an error code means outside the program. The one place that says it: the server, the command
// and the runner all read it from here.
struct ErrorMeaning {
  ErrorCode code;
  int http_status;
  int exit_code;           // of the command; documented, so never renumbered
  std::string_view title;  // a few words for a person, the same for each error of this code
  RunnerRetry retry;
};

// One row for each code, in the order of the enum.
std::span<const ErrorMeaning> error_table();

const ErrorMeaning& meaning_of(ErrorCode code);

// Reverses to_string(ErrorCode); nothing for any other text.
std::optional<ErrorCode> error_code_from_string(std::string_view text);

// The code to assume when a server answered with a status but named none we know.
ErrorCode error_code_from_http_status(int status);

}  // namespace slip
