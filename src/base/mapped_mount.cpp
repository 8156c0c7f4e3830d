// SPDX-License-Identifier: Apache-2.0
#include "base/mapped_mount.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>

#include "base/file.h"

namespace slip {
namespace {

Error cannot(std::string what, ErrorCode code) {
  Error error = error_from_errno(errno, std::move(what));
  if (error.code != ErrorCode::not_found) error.code = code;
  return error;
}

bool put(const std::string& file, const std::string& text) {
  const UniqueFd fd(open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Ends when we do. Of what is ours it changes nothing, not even errno.
int wait_for_the_end(void*) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (true) syscall(SYS_ppoll, nullptr, 0, nullptr, nullptr, 0);
}

// A child of ours that only waits, in a user namespace of its own. It shares our memory, since
// copying the tables of a large process takes long.
class Bystander {
 public:
  Bystander() : stack_(stack_bytes / sizeof(std::max_align_t)) {
    // Our own handlers must not run in the child.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_ = clone(wait_for_the_end, stack_.data() + stack_.size(),
                 CLONE_VM | CLONE_FILES | CLONE_NEWUSER, nullptr);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~Bystander() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, __WCLONE) < 0 && errno == EINTR) {
    }
  }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;

  pid_t pid() const { return pid_; }

 private:
  static constexpr std::size_t stack_bytes = 16 << 10;
  std::vector<std::max_align_t> stack_;
  pid_t pid_ = -1;
};

// Attached nowhere. Async-signal-safe; -1 with errno set.
int make_mount(const std::string& path, const UniqueFd& mapping) {
  UniqueFd mount(
      open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW));
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<std::uint64_t>(mapping.get());
  if (!mount ||
      mount_setattr(mount.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) {
    const int why = errno;
    mount.reset();
    errno = why;
    return -1;
  }
  return mount.release();
}

bool attach(const UniqueFd& mount, const std::string& path) {
  return mount && move_mount(mount.get(), "", AT_FDCWD, path.c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

}  // namespace

Result<std::shared_ptr<const UniqueFd>> map_user(UserIds from, UserIds to) {
  const Bystander child;
  if (child.pid() < 0) return cannot("make a user namespace", ErrorCode::unavailable);
  const auto file = [&](const char* name) { return fmt::format("/proc/{}/{}", child.pid(), name); };
  if (!put(file("uid_map"), fmt::format("{} {} 1\n0 0 1\n", from.uid, to.uid)) ||
      !put(file("gid_map"), fmt::format("{} {} 1\n0 0 1\n", from.gid, to.gid))) {
    return cannot(fmt::format("map user {} to {}", from.uid, to.uid), ErrorCode::unsupported);
  }
  UniqueFd mapping(open(file("ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  if (!mapping) return cannot("open a user namespace", ErrorCode::unavailable);
  return std::make_shared<const UniqueFd>(std::move(mapping));
}

Result<MappedTree> mapped_tree(const std::filesystem::path& path,
                               const std::shared_ptr<const UniqueFd>& mapping) {
  UniqueFd mount(make_mount(path.string(), *mapping));
  if (!mount) return cannot("show " + path.string() + " as another user's", ErrorCode::unsupported);
  return MappedTree{.mapping = mapping,
                    .path = path.string(),
                    .mount = std::make_shared<const UniqueFd>(std::move(mount))};
}

bool see_mapped(const std::vector<MappedTree>& trees) {
  if (trees.empty()) return true;
  // What others mount or unmount from now on is seen here too; what is done here, by nobody else.
  if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return false;
  }
  for (const auto& tree : trees) {
    // The mount of the trial: thrown away, it would keep whoever closes it for milliseconds, since
    // the kernel waits for all processors then. It can be attached once.
    if (attach(*tree.mount, tree.path)) continue;
    if (!attach(UniqueFd(make_mount(tree.path, *tree.mapping)), tree.path)) return false;
  }
  return true;
}

}  // namespace slip
