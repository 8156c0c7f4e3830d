// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/json.h"

namespace slip::cli {

// Of a container as the API shows it: "at most 2 GiB of memory, 100 processes", and a sentence on
// each that this machine keeps otherwise than at once. Empty: it has none.
std::string quota_in_words(const json::value& container);

}  // namespace slip::cli
