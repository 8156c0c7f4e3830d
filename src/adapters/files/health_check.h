// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "base/time.h"

namespace slip::files {

// One try at a connection that has begun: succeeds if a GET of `path` is answered below 500, or,
// with an empty path, if it is taken. `port` is for the application's eyes. Else `unavailable`.
// Never longer than `patience`.
Result<> check_health(const UniqueFd& connection, std::uint16_t port, const std::string& path,
                      Duration patience);

}  // namespace slip::files
