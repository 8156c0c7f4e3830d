// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/program_folders.h"

#include <fnmatch.h>

#include <system_error>

namespace slip {

namespace fs = std::filesystem;

std::vector<fs::path> folders_like(const std::string& pattern) {
  std::vector<fs::path> found = {"/"};
  for (const fs::path& part : fs::path(pattern).relative_path()) {
    const bool literal = part.string().find('*') == std::string::npos;
    std::vector<fs::path> next;
    for (const fs::path& folder : found) {
      if (literal) {
        next.push_back(folder / part);
        continue;
      }
      std::error_code failed;
      for (const auto& entry : fs::directory_iterator(folder, failed)) {
        const auto name = entry.path().filename();
        const bool fits = ::fnmatch(part.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
        if (fits && entry.is_directory(failed)) next.push_back(entry.path());
      }
    }
    found = std::move(next);
  }
  return found;
}

}  // namespace slip
