// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

namespace slip {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::out_of_range:
      return "out_of_range";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::ambiguous:
      return "ambiguous";
    case ErrorCode::already_exists:
      return "already_exists";
    case ErrorCode::precondition_failed:
      return "precondition_failed";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::superseded:
      return "superseded";
    case ErrorCode::permission_denied:
      return "permission_denied";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::no_space:
      return "no_space";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::timed_out:
      return "timed_out";
    case ErrorCode::canceled:
      return "canceled";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::failed:
      return "failed";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

std::string Error::describe() const {
  std::string out;
  for (const auto& where : context) out += where + ": ";
  return out + message;
}

}  // namespace slip
