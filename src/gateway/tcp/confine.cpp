// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>

#include "base/system_error.h"

namespace slip {
namespace {

// Libraries take a file that is not there as a reason to go on without.
constexpr const char* kWithoutFiles[] = {"open", "openat", "openat2", "creat", "open_by_handle_at"};

// A list of what is refused, as in sandboxes: libraries to come go on to run. The user of the
// process is the daemon's, who may be root: without capabilities he has still what his files and
// processes let their owner do.
constexpr const char* kNotOfAForwarder[] = {
    "execve", "execveat", "uselib",
    // Other processes.
    "fork", "vfork", "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open",
    "pidfd_getfd", "pidfd_send_signal", "ptrace", "process_vm_readv", "process_vm_writev",
    "process_madvise", "process_mrelease", "kcmp", "setpriority", "ioprio_set", "sched_setattr",
    "sched_setparam", "sched_setscheduler", "sched_setaffinity", "migrate_pages", "move_pages",
    // What processes of a user share.
    "shmget", "shmat", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget", "msgsnd",
    "msgrcv", "msgctl", "mq_open", "mq_unlink",
    // The network, but by sockets that were given.
    "socket", "connect", "bind", "listen",
    // What is below a path.
    "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link",
    "linkat", "symlink", "symlinkat", "mknod", "mknodat", "chmod", "fchmodat", "fchmodat2", "chown",
    "lchown", "fchownat", "truncate", "setxattr", "lsetxattr", "removexattr", "lremovexattr",
    "utime", "utimes", "futimesat", "utimensat", "chdir", "inotify_init", "inotify_init1",
    // Namespaces, mounts, keys, and ways into the kernel.
    "setns", "unshare", "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount",
    "open_tree", "fsopen", "fsmount", "fsconfig", "fspick", "mount_setattr", "keyctl", "add_key",
    "request_key", "bpf", "perf_event_open", "userfaultfd", "syslog", "fanotify_init", "kexec_load",
    "kexec_file_load", "init_module", "finit_module", "delete_module", "acct", "swapon", "swapoff",
    "reboot", "quotactl", "quotactl_fd", "settimeofday", "clock_settime", "iopl", "ioperm"};

// Programs that find these missing have another way.
constexpr const char* kMissing[] = {"io_uring_setup", "io_uring_enter", "io_uring_register",
                                    // Its flags lie in memory, where a filter cannot look; the C
                                    // library then uses clone.
                                    "clone3"};

constexpr std::uint64_t kAnInt = 0xffffffffU;
constexpr std::uint64_t kTypeOfSocket = 0xf;

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

class Filter {
 public:
  Filter() : filter_(seccomp_init(SCMP_ACT_ALLOW)), failed_(filter_ ? 0 : -ENOMEM) {}

  // A call that this architecture or library does not know is left out.
  template <class... Conditions>
  void refuse(const char* call, int with, const Conditions&... conditions) {
    const int number = seccomp_syscall_resolve_name(call);
    if (failed_ != 0 || number == __NR_SCMP_ERROR) return;
    const int added = seccomp_rule_add(filter_.get(), SCMP_ACT_ERRNO(static_cast<unsigned>(with)),
                                       number, sizeof...(conditions), conditions...);
    if (added != -EDOM && added != -EACCES) failed_ = added;
  }
  // 0 or a negative errno.
  int load() { return failed_ != 0 ? failed_ : seccomp_load(filter_.get()); }

 private:
  std::unique_ptr<void, Release> filter_;
  int failed_ = 0;
};

void refuse_other_processes(Filter& filter) {
  // Threads of its own, and signals to them, as for an abort.
  filter.refuse("clone", EPERM, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  filter.refuse("tgkill", EPERM, SCMP_A0(SCMP_CMP_NE, static_cast<std::uint64_t>(getpid())));
  filter.refuse("prlimit64", EPERM, SCMP_A0(SCMP_CMP_NE, 0));
  // Who gets a file's signals, and which.
  for (const char* call : {"fcntl", "fcntl64"}) {
    for (const int command : {F_SETOWN, F_SETOWN_EX, F_SETSIG}) {
      filter.refuse(call, EPERM,
                    SCMP_A1(SCMP_CMP_MASKED_EQ, kAnInt, static_cast<std::uint64_t>(command)));
    }
  }
  for (const int request : {FIOSETOWN, SIOCSPGRP}) {
    filter.refuse("ioctl", EPERM,
                  SCMP_A1(SCMP_CMP_MASKED_EQ, kAnInt, static_cast<std::uint64_t>(request)));
  }
}

// What else leads to somebody.
void refuse_ways_to_connect(Filter& filter) {
  // A datagram can be sent to whoever has a socket in the file system.
  for (std::uint64_t type = 0; type <= kTypeOfSocket; ++type) {
    if (type == SOCK_STREAM) continue;
    filter.refuse("socketpair", EPERM, SCMP_A1(SCMP_CMP_MASKED_EQ, kTypeOfSocket, type));
  }
  // Connects as it sends.
  constexpr std::uint64_t fast_open = MSG_FASTOPEN;
  filter.refuse("sendto", EPERM, SCMP_A3(SCMP_CMP_MASKED_EQ, fast_open, fast_open));
  filter.refuse("sendmsg", EPERM, SCMP_A2(SCMP_CMP_MASKED_EQ, fast_open, fast_open));
  filter.refuse("sendmmsg", EPERM, SCMP_A3(SCMP_CMP_MASKED_EQ, fast_open, fast_open));
}

Error not_confined(int why) {
  Error error = error_from_errno(why, "confine the gateway");
  error.code = ErrorCode::unsupported;
  return error;
}

Result<> drop_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (syscall(SYS_capset, &header, none.data()) != 0) return not_confined(errno);
  return {};
}

}  // namespace

Result<> confine_to_open_files() {
  // The keys in its memory are for nobody else of the same user.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return not_confined(errno);
  }
  TRY(drop_capabilities());
  Filter filter;
  for (const char* call : kWithoutFiles) filter.refuse(call, ENOENT);
  for (const char* call : kNotOfAForwarder) filter.refuse(call, EPERM);
  for (const char* call : kMissing) filter.refuse(call, ENOSYS);
  refuse_other_processes(filter);
  refuse_ways_to_connect(filter);
  if (const int failed = filter.load(); failed != 0) return not_confined(-failed);
  return {};
}

}  // namespace slip
