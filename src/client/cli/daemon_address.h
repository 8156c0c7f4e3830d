// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "client/api_address.h"

namespace slip::cli {

// Reads the environment; a map in tests.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> process_environment(const std::string& name);

// What the caller was told on the command line; empty: nothing.
struct AddressFlags {
  std::string socket;
  std::string url;
};

struct FoundDaemon {
  ApiAddress address;
  std::string how;  // "--url", "SLIP_SOCKET", "the installation in /var/lib/slipstream"
};

// Where the service that the package installs keeps everything.
inline const std::filesystem::path service_data = "/var/lib/slipstream";

// Which daemon to talk to: the flag, SLIP_SOCKET, SLIP_URL, else the installation that this user
// started last, else the service's: its socket if it may be used, else its page's port. Does not
// connect.
// Errors: `not_found` (none of these; the hint says what to do), `invalid_argument`.
Result<FoundDaemon> find_daemon(const AddressFlags& flags, const Environment& environment,
                                const std::filesystem::path& service = service_data);

// The data directory of the installation that this user started last, else of the service, where
// that has one. Errors: `not_found`.
Result<std::filesystem::path> own_installation(const Environment& environment,
                                               const std::filesystem::path& service = service_data);

// The directory with this user's settings. Fails with `not_found` when there is no home.
Result<std::filesystem::path> home_directory(const Environment& environment);

}  // namespace slip::cli
