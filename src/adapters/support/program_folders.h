// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slip {

// The folders that a pattern stands for, absolute: a `*` stands for any number of characters in one
// folder's name. Without one, the folder itself, whether it is there or not.
std::vector<std::filesystem::path> folders_like(const std::string& pattern);

}  // namespace slip
