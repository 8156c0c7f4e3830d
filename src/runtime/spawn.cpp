// SPDX-License-Identifier: Apache-2.0
#include "runtime/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "runtime/abstract_sockets.h"

namespace slip {
namespace {

// Everything the child needs, made before the fork: between fork and exec of a program with threads
// only async-signal-safe calls are allowed.
struct ChildPlan {
  std::vector<char*> argv;
  std::vector<char*> envp;
  const char* working_directory;
  std::optional<UserIds> become;
  std::optional<Network::Door> network;
  const std::vector<MappedTree>* trees;
  Urgency urgency;
  Limits limits;
  std::vector<int> inherited;
  std::vector<int> kept;  // until it is executed, in order
  int log_fd;
  int null_fd;
  int gate;
  int complaint;
};

// Straight to the kernel: the C library's functions would wait for our other threads, which the
// child does not have, to change their identity too.
bool take_on_identity(const ChildPlan& plan) {
  if (plan.become) {
    const auto [uid, gid] = *plan.become;
    if (syscall(SYS_setgroups, 0, nullptr) != 0 || syscall(SYS_setresgid, gid, gid, gid) != 0 ||
        syscall(SYS_setresuid, uid, uid, uid) != 0) {
      return false;
    }
  }
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && keep_from_abstract_sockets();
}

void reset_signals() {
  for (int signal_number = 1; signal_number < NSIG; ++signal_number) {
    std::signal(signal_number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Two children at their gates at once must not hold each other's gate open after our death, so
// what was copied by the fork goes now and not only at exec.
void close_all_but(const std::vector<int>& keep) {
  unsigned next = 3;
  for (const int fd : keep) {
    if (fd < static_cast<int>(next)) continue;
    if (fd > static_cast<int>(next)) close_range(next, static_cast<unsigned>(fd) - 1, 0);
    next = static_cast<unsigned>(fd) + 1;
  }
  close_range(next, ~0U, 0);
}

// The lowest priority for the processor, and the disk only when nobody else wants it (which some
// disk schedulers regard).
void give_way() {
  constexpr int of_process = 1;        // IOPRIO_WHO_PROCESS
  constexpr int idle_class = 3 << 13;  // IOPRIO_CLASS_IDLE
  setpriority(PRIO_PROCESS, 0, 19);
  syscall(SYS_ioprio_set, of_process, 0, idle_class);
}

[[noreturn]] void run_child(const ChildPlan& plan) {
  close_all_but(plan.kept);
  setsid();
  if (plan.urgency == Urgency::background) give_way();
  reset_signals();
  umask(077);
  char go = 0;
  ssize_t got = 0;
  do {
    got = read(plan.gate, &go, 1);
  } while (got < 0 && errno == EINTR);
  if (got != 1) _exit(0);
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  bool placed = dup2(plan.null_fd, 0) >= 0 && dup2(plan.log_fd, 1) >= 0 &&
                dup2(plan.log_fd, 2) >= 0 && limit_process(plan.limits);
  for (const int fd : plan.inherited) placed = placed && fcntl(fd, F_SETFD, 0) == 0;
  placed = placed && (!plan.network || enter(*plan.network)) && see_mapped(*plan.trees);
  if (placed && take_on_identity(plan) && chdir(plan.working_directory) == 0) {
    execve(plan.argv[0], plan.argv.data(), plan.envp.data());
  }
  const int why = errno;
  [[maybe_unused]] const ssize_t told = write(plan.complaint, &why, sizeof why);
  _exit(127);
}

// Like fork, but straight into the cgroup, and with a pidfd. Moving a process after the fork would
// take a lock that stalls forks on the whole machine.
pid_t fork_into(int cgroup_fd, int* pidfd) {
  clone_args args{};
  args.flags = CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uintptr_t>(pidfd);
  args.exit_signal = SIGCHLD;
  if (cgroup_fd >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(cgroup_fd);
  }
  const auto child = static_cast<pid_t>(syscall(SYS_clone3, &args, sizeof args));
  if (child >= 0 || errno != ENOSYS || cgroup_fd >= 0) return child;
  // Some containers' system call filters deny clone3 this way.
  const pid_t forked = fork();
  if (forked > 0) *pidfd = static_cast<int>(syscall(SYS_pidfd_open, forked, 0));
  return forked;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return error_from_errno(errno, "make a pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace

Result<Spawned> spawn(const Program& program, const SpawnPlace& place) {
  Pipe gate = TRY(make_pipe());
  Pipe complaint = TRY(make_pipe());
  const UniqueFd null_fd(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null_fd) return error_from_errno(errno, "open /dev/null");
  std::vector<std::string> environment;
  for (const auto& [name, value] : program.env) environment.push_back(name + "=" + value);
  const std::string directory = program.working_directory.string();
  ChildPlan plan{.argv = pointers(program.argv),
                 .envp = pointers(environment),
                 .working_directory = directory.c_str(),
                 .become = program.become,
                 .network = {},
                 .trees = &program.trees,
                 .urgency = place.urgency,
                 .limits = place.limits,
                 .inherited = {},
                 .kept = {},
                 .log_fd = place.log_fd,
                 .null_fd = null_fd.get(),
                 .gate = gate.reader.get(),
                 .complaint = complaint.writer.get()};
  for (const auto& fd : program.inherited) plan.inherited.push_back(fd.get());
  plan.kept = plan.inherited;
  plan.kept.insert(plan.kept.end(), {plan.gate, plan.complaint, plan.log_fd, plan.null_fd});
  for (const auto& tree : program.trees) {
    plan.kept.insert(plan.kept.end(), {tree.mapping->get(), tree.mount->get()});
  }
  if (place.network != nullptr) {
    plan.network = place.network->door();
    plan.kept.insert(plan.kept.end(), {plan.network->user, plan.network->network});
  }
  std::sort(plan.kept.begin(), plan.kept.end());
  Spawned spawned;
  spawned.name_ = program.argv.front();
  // Our own handlers must not run in the child, so no signal may come before it has reset them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int pidfd = -1;
  const pid_t child = fork_into(place.cgroup_fd, &pidfd);
  if (child == 0) run_child(plan);
  const int why = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) {
    Error error = error_from_errno(why, "make a process");
    error.code = ErrorCode::unavailable;
    return error;
  }
  spawned.pid_ = child;
  spawned.pidfd_.reset(pidfd);
  spawned.gate_ = std::move(gate.writer);
  spawned.complaint_ = std::move(complaint.reader);
  return spawned;
}

Result<> Spawned::release() {
  const char go = 1;
  if (write(gate_.get(), &go, 1) != 1) {
    reap();
    return error_from_errno(EPIPE, "start " + name_);
  }
  int why = 0;
  ssize_t got = 0;
  do {
    got = read(complaint_.get(), &why, sizeof why);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    reap();
    return Error{.code = ErrorCode::failed,
                 .message = fmt::format("cannot execute {}: {}", name_, std::strerror(why))};
  }
  gate_.reset();
  return {};
}

void Spawned::reap() {
  gate_.reset();
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
}

Spawned::~Spawned() {
  if (!gate_) return;
  // The gate's closing may go unseen while another child that was forked meanwhile holds a copy.
  kill(pid_, SIGKILL);
  reap();
}

}  // namespace slip
