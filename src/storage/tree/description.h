// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "ports/storage_driver.h"

namespace slip {

// The self-description of one entry, in `directory`/description.json. It names the id it belongs
// to, so that a copy of a directory under another name is not taken for an entry of its own.
inline constexpr const char* kDescriptionFile = "description.json";

// Durable when it returns, if the directory is. Errors: `already_exists`, `no_space`.
Result<> write_description(const std::filesystem::path& directory, const std::string& id,
                           const SelfDescription& about);

// Errors: `not_found`; `invalid_argument` when it is torn, foreign or of another id.
Result<SelfDescription> read_description(const std::filesystem::path& directory,
                                         const std::string& id);

}  // namespace slip
