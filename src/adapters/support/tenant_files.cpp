// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/tenant_files.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/system_error.h"

namespace slip {

namespace fs = std::filesystem;

Result<> write_owned(const Directory& directory, const fs::path& name, std::string_view content,
                     const RunUser& user) {
  const auto now = directory.read(name, content.size());
  if (now && *now == content) return {};
  return directory.write_durably(name, content, {.mode = 0600, .owner = user.ids});
}

Result<> write_new(const Directory& ours, const fs::path& name, std::string_view content,
                   Directory::Access access) {
  TRY(ours.remove(name));
  const UniqueFd fd = TRY(ours.create_file(name, access));
  if (::write(fd.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    return error_from_errno(errno, "write " + (ours.path() / name).string());
  }
  return {};
}

Result<> tell_server(const Directory& ours, const fs::path& name, std::string_view content,
                     const RunUser& user) {
  if (!user.ids) return write_new(ours, name, content, {});
  return write_new(ours, name, content,
                   {.mode = 0640, .owner = UserIds{.uid = ::geteuid(), .gid = user.ids->gid}});
}

fs::path path_of_open_file(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

Result<UniqueFd> reopen(int fd, int flags) {
  // Without waiting for whoever has a lease on it.
  UniqueFd file(::open(path_of_open_file(fd).c_str(), flags | O_NONBLOCK | O_CLOEXEC));
  if (!file) return error_from_errno(errno, "open a file again");
  return file;
}

std::optional<Peer> peer_of(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 1) {
    return std::nullopt;
  }
  return Peer{.process = peer.pid, .user = peer.uid};
}

std::optional<Peer> listener(const Directory& directory, const fs::path& name) {
  const auto held = directory.open_socket(name);
  if (!held) return std::nullopt;
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", held->get());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::nullopt;
  }
  return peer_of(fd.get());
}

uid_t user_id(const RunUser& user) {
  const auto seen_as = user.seen_as();
  return seen_as ? seen_as->uid : ::geteuid();
}

}  // namespace slip
