// SPDX-License-Identifier: Apache-2.0
#include "base/error_table.h"

#include <array>
#include <cstddef>

namespace slip {
namespace {

using enum ErrorCode;
using enum RunnerRetry;

constexpr std::array table{
    ErrorMeaning{invalid_argument, 400, 2, "Invalid request", never},
    ErrorMeaning{out_of_range, 422, 17, "Out of range", never},
    ErrorMeaning{not_found, 404, 3, "Not found", never},
    ErrorMeaning{ambiguous, 409, 4, "Ambiguous name", never},
    ErrorMeaning{already_exists, 409, 5, "Already exists", never},
    ErrorMeaning{precondition_failed, 409, 6, "Not possible in this state", never},
    ErrorMeaning{busy, 409, 7, "Busy", never},
    ErrorMeaning{superseded, 409, 18, "Taken over by another", never},
    ErrorMeaning{permission_denied, 403, 8, "Not allowed", never},
    ErrorMeaning{unauthenticated, 401, 9, "Not logged in", never},
    ErrorMeaning{rate_limited, 429, 10, "Too many tries", never},
    ErrorMeaning{too_large, 413, 11, "Too large", never},
    ErrorMeaning{no_space, 507, 12, "No space left", never},
    ErrorMeaning{unavailable, 503, 13, "Not available now", later},
    ErrorMeaning{timed_out, 504, 14, "Timed out", later},
    ErrorMeaning{canceled, 409, 15, "Canceled", never},
    ErrorMeaning{unsupported, 501, 16, "Not supported", never},
    ErrorMeaning{failed, 502, 1, "Failed", never},
    ErrorMeaning{internal, 500, 70, "Internal error", never},
};

constexpr bool rows_stand_at_their_code() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].code) != i) return false;
  }
  return table.size() == static_cast<std::size_t>(internal) + 1;
}
static_assert(rows_stand_at_their_code());

}  // namespace

std::span<const ErrorMeaning> error_table() {
  return table;
}

const ErrorMeaning& meaning_of(ErrorCode code) {
  return table[static_cast<std::size_t>(code)];
}

std::optional<ErrorCode> error_code_from_string(std::string_view text) {
  for (const auto& row : table) {
    if (to_string(row.code) == text) return row.code;
  }
  return std::nullopt;
}

ErrorCode error_code_from_http_status(int status) {
  switch (status) {
    case 405:
      return unsupported;
    case 408:
      return timed_out;
    case 409:
      return precondition_failed;
    case 431:
      return too_large;
    default:
      break;
  }
  for (const auto& row : table) {
    if (row.http_status == status) return row.code;
  }
  return status >= 500 ? internal : invalid_argument;
}

}  // namespace slip
