#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace slip {

// Who an adapter's servers and their programs run as: another user when we are root, else
// ourselves.
struct RunUser {
  std::optional<std::string> name;  // for Command::run_as
  std::optional<UserIds> ids;       // whom the files belong to
};
// Errors: `not_found` (no such user).
Result<RunUser> find_run_user(const std::string& name);

// Makes a folder that only the run user and root can enter; idempotent.
Result<> make_private_directory(const std::filesystem::path& path, const RunUser& user);

// Writes a small file durably, owned by the run user; leaves it alone if it already has this
// content.
Result<> write_owned(const std::filesystem::path& path, std::string_view content,
                     const RunUser& user);

// Everything written to the file system that holds `directory` is on disk when this returns.
Result<> sync_file_system(const std::filesystem::path& directory);

}  // namespace slip
