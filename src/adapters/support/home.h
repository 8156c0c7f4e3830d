// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "base/directory.h"

namespace slip {

// The part of a path below a folder, by their names alone; nothing if it is not below it.
std::optional<std::filesystem::path> part_below(const std::filesystem::path& path,
                                                const std::filesystem::path& folder);

// Where in a source's directory an absolute path leads that its server has written down: below
// kHome, where its sandbox shows it that directory. Nothing if it leads elsewhere.
std::optional<std::filesystem::path> place_at_home(const std::filesystem::path& path);

// True if there is a directory of that name which is reached over no link.
bool is_directory_in(const Directory& directory, const std::filesystem::path& name);

}  // namespace slip
