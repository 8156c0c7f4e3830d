#include "adapters/postgresql/readiness.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "adapters/postgresql/write_ahead_log.h"
#include "base/file.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// Who listens on the socket in `folder`, as the kernel tells it: a pid in our own numbering,
// whatever namespace the server lives in.
std::optional<ucred> listener(const fs::path& folder, std::uint16_t port) {
  const UniqueFd directory(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const std::string name = ".s.PGSQL." + std::to_string(port);
  struct stat about {};
  if (!directory || ::fstatat(directory.get(), name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISSOCK(about.st_mode)) {
    return std::nullopt;
  }
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory.get(),
                name.c_str());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::nullopt;
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 1) {
    return std::nullopt;
  }
  return peer;
}

// The copy's owner may put another socket in the server's place: only a server gets a signal.
bool is_server(pid_t process) {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/" + std::to_string(process) + "/exe", failed);
  return !failed && program.filename() == "postgres";
}

}  // namespace

Result<> choose_start(const Layout& layout, std::uint16_t port, const RunUser& user) {
  if (listener(layout.socket, port)) return {};
  const fs::path& data = layout.data;
  const fs::path signal = data / "standby.signal";
  if (has_replay(layout)) return write_owned(signal, "", user);
  std::error_code failed;
  const ControlData control = TRY(read_control_data(data));
  // A backup label needs the end of its backup, which a standby would wait for.
  // So does a log that holds too little for a standby, or whose level we cannot read.
  const bool plain =
      control.state == ClusterState::shut_down || fs::exists(data / "backup_label", failed) ||
      control.wal_level == WalLevel::minimal || control.wal_level == WalLevel::unknown;
  if (plain) return remove_tree(signal);
  return write_owned(signal, "", user);
}

Result<> promote(const fs::path& data, const fs::path& socket, std::uint16_t port,
                 const RunUser& user) {
  std::error_code failed;
  if (!fs::exists(data / "standby.signal", failed)) return {};
  const auto peer = listener(socket, port);
  if (!peer || (user.ids && peer->uid != user.ids->uid) || !is_server(peer->pid)) return {};
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, peer->pid, 0)));
  if (!process) return {};
  const fs::path request = data / "promote";
  const UniqueFd made(::open(request.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!made) return error_from_errno(errno, "make " + request.string());
  if (user.ids && ::fchown(made.get(), user.ids->uid, user.ids->gid) != 0) {
    return error_from_errno(errno, "change the owner of " + request.string());
  }
  if (::syscall(SYS_pidfd_send_signal, process.get(), SIGUSR1, nullptr, 0) != 0 && errno != ESRCH) {
    return error_from_errno(errno, "promote the PostgreSQL server");
  }
  return {};
}

}  // namespace slip::postgresql
