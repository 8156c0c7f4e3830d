// SPDX-License-Identifier: Apache-2.0
#include "runtime/call_filter.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/fd.h"
#include "base/file.h"

namespace slip {
namespace {

constexpr const char* kRefused[] = {
    // Namespaces and mounts.
    "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree",
    "fsopen", "fsmount", "fsconfig", "fspick", "mount_setattr",
    // Keys are kept by user, and users are shared by sandboxes.
    "keyctl", "add_key", "request_key",
    // Programs for the kernel, and windows into it.
    "bpf", "perf_event_open", "userfaultfd", "syslog", "fanotify_init", "lookup_dcookie",
    "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
    // Other processes' memory and files.
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
    // Files that the sandbox does not show.
    "open_by_handle_at",
    // The machine itself.
    "acct", "swapon", "swapoff", "reboot", "quotactl", "quotactl_fd", "settimeofday",
    "clock_settime", "iopl", "ioperm", "vhangup", "nfsservctl", "vm86", "vm86old"};

// Programs that find these missing have another way.
constexpr const char* missing[] = {"io_uring_setup", "io_uring_enter", "io_uring_register",
                                   // Its flags lie in memory, where a filter cannot look; the C
                                   // library then uses clone.
                                   "clone3"};

constexpr std::uint64_t namespace_flags[] = {CLONE_NEWNS,  CLONE_NEWCGROUP, CLONE_NEWUTS,
                                             CLONE_NEWIPC, CLONE_NEWUSER,   CLONE_NEWPID,
                                             CLONE_NEWNET};
// Snapshots of a volume leave out the subvolumes in it: what was put there would be in no point.
constexpr unsigned long kSubvolumes[] = {BTRFS_IOC_SUBVOL_CREATE, BTRFS_IOC_SUBVOL_CREATE_V2,
                                         BTRFS_IOC_SNAP_CREATE, BTRFS_IOC_SNAP_CREATE_V2,
                                         BTRFS_IOC_SUBVOL_SETFLAGS};
constexpr int last_family = 63;
constexpr int kOpenTreeAttr = 467;         // of Linux 6.15, whose name libraries may lack
constexpr int kSetDelegation = 1024 + 16;  // F_SETDELEG of Linux 6.19, which headers lack

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

// 0 or a negative errno. A call that this architecture does not have is refused already.
template <class... Conditions>
int refuse(const Filter& filter, const char* call, int with, const Conditions&... conditions) {
  const int number = seccomp_syscall_resolve_name(call);
  if (number == __NR_SCMP_ERROR) return 0;  // the library is older than the call
  const int added = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(static_cast<unsigned>(with)),
                                     number, sizeof...(conditions), conditions...);
  return added == -EDOM || added == -EACCES ? 0 : added;
}

int add_rules(const Filter& filter) {
  int failed = 0;
  const auto note = [&](int result) {
    if (failed == 0) failed = result;
  };
  for (const char* call : kRefused) note(refuse(filter, call, EPERM));
  note(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), kOpenTreeAttr, 0));
  for (const char* call : missing) note(refuse(filter, call, ENOSYS));
  for (const std::uint64_t flag : namespace_flags) {
    note(refuse(filter, "clone", EPERM, SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag)));
    note(refuse(filter, "unshare", EPERM, SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag)));
  }
  // The last one that a clone takes in the byte of its signal is a flag of unshare alone.
  note(refuse(filter, "unshare", EPERM, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEWTIME, CLONE_NEWTIME)));
  for (const auto request : {TIOCSTI, TIOCLINUX}) {
    note(refuse(filter, "ioctl", EPERM,
                SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffU, static_cast<std::uint64_t>(request))));
  }
  // As other file systems answer, so that programs make folders.
  for (const auto request : kSubvolumes) {
    note(refuse(filter, "ioctl", ENOTTY,
                SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffU, static_cast<std::uint64_t>(request))));
  }
  // Whoever opens a file that has a lease waits for its holder: the daemon, for one. A delegation
  // is a lease on a folder as well, and keeps whoever makes or removes something in it.
  for (const char* call : {"fcntl", "fcntl64"}) {
    for (const int command : {F_SETLEASE, kSetDelegation}) {
      note(refuse(filter, call, EPERM,
                  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffU, static_cast<std::uint64_t>(command))));
    }
  }
  for (int family = 0; family <= last_family; ++family) {
    if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK) {
      continue;
    }
    note(refuse(filter, "socket", EAFNOSUPPORT,
                SCMP_A0(SCMP_CMP_EQ, static_cast<std::uint64_t>(family))));
  }
  note(refuse(filter, "socket", EAFNOSUPPORT, SCMP_A0(SCMP_CMP_GT, last_family)));
  return failed;
}

Error not_made(int why) {
  Error error = error_from_errno(-why, "make a filter of system calls");
  error.code = ErrorCode::unsupported;
  return error;
}

}  // namespace

Result<std::string> make_call_filter() {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return not_made(-ENOMEM);
  if (const int failed = add_rules(filter); failed != 0) return not_made(failed);
  const UniqueFd file(memfd_create("filter", MFD_CLOEXEC));
  if (!file) return not_made(-errno);
  if (const int failed = seccomp_export_bpf(filter.get(), file.get()); failed != 0) {
    return not_made(failed);
  }
  return read_file("/proc/self/fd/" + std::to_string(file.get()));
}

}  // namespace slip
