// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parts for the worlds of adapter tests on this machine.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/file.h"
#include "runtime/sandbox.h"
#include "runtime/supervisor.h"

namespace slip::test {

// Who servers run as when the test is root: the product's user where it exists.
inline std::string run_user() {
  return ::getpwnam("slipstream") != nullptr ? "slipstream" : "nobody";
}

// Where adapters' own programs run, as the daemon would have it.
inline std::shared_ptr<const Confinement> confinement() {
  static const std::shared_ptr<const Confinement> made =
      []() -> std::shared_ptr<const Confinement> {
    std::optional<UserIds> user;
    if (::geteuid() == 0) user = find_user(run_user()).value();
    auto sandbox = Sandbox::open(user);
    if (sandbox) return std::make_shared<const Sandbox>(*std::move(sandbox));
    return std::make_shared<const NoConfinement>();
  }();
  return made;
}

// As the daemon's, for containers whose data lies there.
inline SupervisorOptions::OwnUsers own_users(const std::filesystem::path& data) {
  return {.data = data, .first = 1'900'000'000, .last = 1'900'000'100};
}
// A container's own, where there can be any.
inline std::optional<std::uint32_t> own_user(Runtime& runtime) {
  return runtime.info().own_users ? std::optional<std::uint32_t>(1'900'000'042) : std::nullopt;
}

// A port of 127.0.0.1 that was free just now, of those that the kernel gives to nobody who connects
// somewhere: until a server listens there, other tests make thousands of connections. Not the same
// twice in a program.
inline std::uint16_t free_port() {
  constexpr unsigned first = 30'000;
  constexpr unsigned count = 2'700;
  static std::atomic<unsigned> next = static_cast<unsigned>(::getpid()) * 61;
  for (unsigned tries = 0; tries < count; ++tries) {
    const auto port = static_cast<std::uint16_t>(first + next++ % count);
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return port;
  }
  return 0;
}

// A new folder that the run user owns, below one that it may pass through.
inline std::filesystem::path folder_for_run_user(const std::filesystem::path& parent,
                                                 const std::string& name) {
  ::chmod(parent.c_str(), 0755);
  const auto folder = parent / name;
  std::filesystem::create_directories(folder);
  if (::geteuid() == 0) {
    if (const auto ids = find_user(run_user())) {
      if (::chown(folder.c_str(), ids->uid, ids->gid) != 0) return {};
    }
  }
  return folder;
}

// A new folder that only we can enter, as StorageDriver::trusted makes one.
inline std::filesystem::path trusted_folder(const std::filesystem::path& parent,
                                            const std::string& name) {
  const auto folder = parent / "trusted" / name;
  std::filesystem::create_directories(folder);
  ::chmod(folder.c_str(), 0700);
  return folder;
}

// Processes that work in or below the directory, or have it in their arguments.
inline int processes_in(const std::filesystem::path& directory) {
  int count = 0;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (name == std::to_string(::getpid())) continue;
    const auto works_in = std::filesystem::read_symlink(entry.path() / "cwd", failed).string();
    const auto arguments = read_file(entry.path() / "cmdline", 1 << 20);
    const bool named = arguments && arguments->find(directory.string()) != std::string::npos;
    // In a sandbox the directory has another name.
    std::error_code unknown;
    const bool is_home =
        works_in.starts_with(kHome) &&
        std::filesystem::equivalent(entry.path() / "root" / (kHome + 1), directory, unknown);
    if (named || is_home || works_in.starts_with(directory.string())) ++count;
  }
  return count;
}

}  // namespace slip::test
