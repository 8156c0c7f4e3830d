// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/installed_files.h"

#include <locale.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

bool is_readable(const fs::path& file) {
  return ::access(file.c_str(), R_OK) == 0;
}

}  // namespace

bool has_library(const ServerVersion& version, const std::string& name) {
  constexpr std::string_view own_folder = "$libdir/";
  std::string file = name.starts_with(own_folder) ? name.substr(own_folder.size()) : name;
  if (!file.ends_with(".so")) file += ".so";
  if (file.starts_with("/")) return is_readable(file);
  return std::ranges::any_of(std::array{"lib", "lib/postgresql"}, [&](const char* folder) {
    return is_readable(version.prefix() / folder / file);
  });
}

// Distributions have servers' data elsewhere than their programs.
bool has_extension(const ServerVersion& version, const std::string& name) {
  const std::string file = name + ".control";
  const std::string of_debian = "/usr/share/postgresql/" + std::to_string(version.major);
  return std::ranges::any_of(
      std::array<fs::path, 4>{version.prefix() / "share/extension",
                              version.prefix() / "share/postgresql/extension",
                              fs::path(of_debian) / "extension", "/usr/share/pgsql/extension"},
      [&](const fs::path& folder) { return is_readable(folder / file); });
}

bool has_locale(const std::string& name) {
  const locale_t found = ::newlocale(LC_ALL_MASK, name.c_str(), nullptr);
  if (found == nullptr) return false;
  ::freelocale(found);
  return true;
}

}  // namespace slip::postgresql
