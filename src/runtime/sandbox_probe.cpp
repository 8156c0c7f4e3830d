// SPDX-License-Identifier: Apache-2.0
// Run inside a sandbox by its tests: makes harmless tries at what it must refuse, and says for each
// how it ended: "name: errno", 0 being a success.

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>

namespace {

void tell(const char* what, long result) {
  std::printf("%s: %d\n", what, result < 0 ? errno : 0);
}

// A child that ends at once, where the kernel makes it.
long clone_with(unsigned long flags) {
  const long child = syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, 0UL);
  if (child == 0) _exit(0);
  if (child > 0) waitpid(static_cast<pid_t>(child), nullptr, 0);
  return child;
}

void tell_limit(const char* what, decltype(RLIMIT_CORE) resource) {
  rlimit limit{};
  getrlimit(resource, &limit);
  std::printf("%s: %llu\n", what, static_cast<unsigned long long>(limit.rlim_max));
}

void tell_size(const char* folder) {
  struct statvfs about {};
  statvfs(folder, &about);
  std::printf("%s: %llu MiB\n", folder,
              static_cast<unsigned long long>(about.f_blocks) * about.f_frsize >> 20);
}

// At a socket with an abstract name.
long connect_to(const char* name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(name);
  std::memcpy(address.sun_path + 1, name, length);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  return connect(fd, reinterpret_cast<sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length));
}

// In the folder that it runs in.
void tell_of_subvolumes() {
  const int here = open(".", O_RDONLY | O_DIRECTORY);
  btrfs_ioctl_vol_args named{};
  std::strcpy(named.name, "subvolume");
  tell("subvolume", ioctl(here, BTRFS_IOC_SUBVOL_CREATE, &named));
  btrfs_ioctl_vol_args_v2 named_v2{};
  std::strcpy(named_v2.name, "subvolume");
  tell("subvolume v2", ioctl(here, BTRFS_IOC_SUBVOL_CREATE_V2, &named_v2));
  named.fd = here;
  std::strcpy(named.name, "snapshot");
  tell("snapshot", ioctl(here, BTRFS_IOC_SNAP_CREATE, &named));
  named_v2.fd = here;
  std::strcpy(named_v2.name, "snapshot");
  tell("snapshot v2", ioctl(here, BTRFS_IOC_SNAP_CREATE_V2, &named_v2));
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1 && std::strcmp(arguments[1], "subvolumes") == 0) {
    tell_of_subvolumes();
    return 0;
  }
  if (count > 1) {
    tell("abstract socket", connect_to(arguments[1]));
    return 0;
  }
  tell("unshare user", unshare(CLONE_NEWUSER));
  tell("unshare net", unshare(CLONE_NEWNET));
  tell("unshare files", unshare(CLONE_FILES));
  tell("clone user", clone_with(CLONE_NEWUSER));
  tell("clone", clone_with(0));
  clone_args args{};
  args.exit_signal = SIGCHLD;
  const long child = syscall(SYS_clone3, &args, sizeof args);
  if (child == 0) _exit(0);
  tell("clone3", child);
  tell("mount", mount("none", "/tmp", "tmpfs", 0, nullptr));
  tell("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/tmp", 1U));
  tell("fsopen", syscall(SYS_fsopen, "tmpfs", 0U));
  tell("keyctl", syscall(SYS_keyctl, 0, -3, 0));
  tell("bpf", syscall(SYS_bpf, 0, nullptr, 0));
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof attributes;
  attributes.exclude_kernel = 1;
  tell("perf_event_open", syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0UL));
  tell("userfaultfd", syscall(SYS_userfaultfd, O_CLOEXEC | 1));
  tell("ptrace", ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
  tell("process_vm_readv",
       syscall(SYS_process_vm_readv, getpid(), nullptr, 0UL, nullptr, 0UL, 0UL));
  tell("io_uring_setup", syscall(SYS_io_uring_setup, 1U, nullptr));
  tell("init_module", syscall(SYS_init_module, nullptr, 0UL, ""));
  tell("open_by_handle_at", syscall(SYS_open_by_handle_at, AT_FDCWD, nullptr, 0));
  tell("lease", fcntl(open("/tmp/leased", O_CREAT | O_WRONLY, 0600), F_SETLEASE, F_WRLCK));
  tell("delegation", fcntl(open("/tmp", O_RDONLY), 1024 + 16, nullptr));
  tell("terminal", ioctl(0, TIOCSTI, "x"));
  tell("socket packet", socket(AF_PACKET, SOCK_DGRAM, 0));
  tell("socket vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
  tell("socket unix", socket(AF_UNIX, SOCK_STREAM, 0));
  tell("socket inet", socket(AF_INET, SOCK_STREAM, 0));
  tell("socket netlink", socket(AF_NETLINK, SOCK_RAW, 0));
  tell("device", mknod("/tmp/device", S_IFCHR | 0600, 0x103));
  tell_limit("core bytes", RLIMIT_CORE);
  tell_limit("open files", RLIMIT_NOFILE);
  for (const char* folder : {"/tmp", "/var/tmp", "/dev/shm", "/run"}) tell_size(folder);
}
