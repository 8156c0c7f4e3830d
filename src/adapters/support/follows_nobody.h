// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace slip {

// For whoever asks an instance how it follows whose configuration does not say to.
inline Error follows_nobody(const std::string& source) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the source " + source + " follows no production"};
}

}  // namespace slip
