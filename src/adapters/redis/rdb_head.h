// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace slip::redis {

inline constexpr std::size_t kRdbHeadMax = 4096;  // of an RDB file, more than enough

// When the server began to save an RDB file: its data is of that second, however long it wrote.
// Nothing: the file does not say. Pure; the text may be anything.
std::optional<Timestamp> begin_of_save(std::string_view head);

}  // namespace slip::redis
