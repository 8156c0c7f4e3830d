// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "ports/host.h"

namespace slip {

// Of ids that Linux distributions give to nobody.
inline constexpr const char* default_container_users = "1900000000-1900065535";

// The ids that containers run as, from "FIRST-LAST" or "none". They must be nobody's: `etc` is the
// folder that says who has which (passwd, group, subuid, subgid). Errors: `invalid_argument`.
Result<std::optional<IdRange>> read_container_users(const std::string& text,
                                                    const std::filesystem::path& etc = "/etc");

}  // namespace slip
