// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slip {

// What a caller can decide on. One table (base/error_table.h) maps these to HTTP status and
// exit code; the runner retries only `unavailable` and `timed_out`.
enum class ErrorCode {
  invalid_argument,     // the request can never succeed as it stands
  out_of_range,         // a time, size or number outside what exists; the message says the range
  not_found,            // no such thing, or not yours to see
  ambiguous,            // a name that fits several things; the message lists them
  already_exists,       // the name or id is taken by something else
  precondition_failed,  // not in this state, e.g. deleting the active branch
  busy,                 // another operation has it; the message says which, and whose
  superseded,           // somebody else has taken it over since, and whoever gets this leaves it
  permission_denied,    // known, but may not
  unauthenticated,      // not known
  rate_limited,         // too many tries; later
  too_large,            // a body or field over its limit
  no_space,             // the pool cannot take it
  unavailable,          // something outside (server, file system, program) does not answer now
  timed_out,            // it did not happen in the time allowed; whether it will is unknown
  canceled,             // somebody asked for it to stop
  unsupported,          // this kind, version or machine cannot
  failed,               // a program we ran, or a server we asked, said no
  internal,             // our fault
};

std::string_view to_string(ErrorCode code);

// A failure as a value: a code to decide on, one sentence for a person, what to do about it, and
// where it happened, outermost first. Logged once, where it is handled.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string hint = {};                  // what to do next; may be empty
  std::vector<std::string> context = {};  // e.g. "restore container qa", "start source db"
  std::string detail = {};                // output of the program or server that said no

  // "restore container qa: start source db: message".
  std::string describe() const;
};

}  // namespace slip
