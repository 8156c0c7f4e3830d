// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "client/cli/session.h"

namespace slip::cli {

// True when it has succeeded, failed or was canceled.
bool has_ended(const json::value& operation);

// How long it took, or has taken until `now`.
Duration length_of(const json::value& operation, Timestamp now);

// What is being done, for the line that is rewritten: "Starting the database (3 of 8), 12 % of
// ...".
std::string progress_words(const json::value& operation);

// The failure of an operation that has ended, or success. The message is made for "cannot <words>".
Result<> check_outcome(const json::value& operation);

// Waits until it has ended, and shows on standard error how it goes: one line that is rewritten on
// a terminal, else one line a step; nothing with --json. Goes on when the daemon is restarted
// meanwhile. Ctrl-C ends the program, and says that the operation goes on and how to cancel it.
// Returns the operation if it succeeded. Errors: the operation's own, `unavailable`.
Result<json::value> follow_to_its_end(Session& session, json::value operation);

}  // namespace slip::cli
