// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/confine.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/fd.h"

namespace slip {
namespace {

// In a child, confined: what `attempts` returns, or how it ended.
int confined(const std::function<int()>& attempts) {
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) _exit(confine_to_open_files() ? attempts() : 100);
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

bool is_refused(long result, int with = EPERM) {
  return result == -1 && errno == with;
}

TEST(Confined, CanDoWhatForwardingAndLibrariesNeed) {
  const int status = confined([] {
    int failed = 0;
    const auto want = [&](bool done) {
      if (!done && failed == 0) failed = 1;
    };
    int ends[2] = {-1, -1};
    want(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    want(send(ends[0], "x", 1, MSG_NOSIGNAL) == 1);
    char byte = 0;
    want(recv(ends[1], &byte, 1, 0) == 1);
    want(epoll_create1(EPOLL_CLOEXEC) >= 0);
    want(eventfd(0, EFD_CLOEXEC) >= 0);
    want(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC) >= 0);
    want(getrandom(&byte, 1, 0) == 1);
    int no = 0;
    want(ioctl(ends[0], FIONBIO, &no) == 0);
    want(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    rlimit limit{};
    want(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    // Memory of a thread's own, and more than a heap gives.
    std::thread([&] {
      const std::string much(64 << 20, 'x');
      want(much.back() == 'x');
    }).join();
    try {
      throw std::runtime_error("is caught");
    } catch (const std::exception&) {
      return failed;
    }
    return 2;
  });

  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Confined, CanEndItself) {
  const int status = confined([] {
    abort();
    return 0;
  });

  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGABRT);
}

TEST(Confined, ReachesNoFileProcessOrAddress) {
  const pid_t other = getpid();
  const UniqueFd unconnected(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int status = confined([&] {
    int attempt = 0;
    int allowed = 0;
    const auto refused = [&](bool was) {
      ++attempt;
      if (!was && allowed == 0) allowed = attempt;
    };
    rlimit limit{};
    sockaddr_in to{};
    to.sin_family = AF_INET;
    int ends[2] = {-1, -1};
    refused(is_refused(open("/etc/passwd", O_RDONLY), ENOENT));  // 1
    refused(is_refused(unlink("/nowhere")));                     // 2
    refused(is_refused(socket(AF_INET, SOCK_STREAM, 0)));        // 3
    refused(is_refused(connect(unconnected.get(), reinterpret_cast<sockaddr*>(&to), sizeof to)));
    refused(is_refused(sendto(unconnected.get(), "x", 1, MSG_FASTOPEN,
                              reinterpret_cast<sockaddr*>(&to), sizeof to)));  // 5
    refused(is_refused(listen(unconnected.get(), 1)));                         // 6
    refused(is_refused(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends)));             // 7
    refused(is_refused(fork()));                                               // 8
    refused(is_refused(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, 0)));
    refused(is_refused(execl("/bin/true", "true", nullptr)));                            // 10
    refused(is_refused(kill(other, 0)));                                                 // 11
    refused(is_refused(syscall(SYS_tgkill, other, other, 0)));                           // 12
    refused(is_refused(syscall(SYS_prlimit64, other, RLIMIT_NOFILE, nullptr, &limit)));  // 13
    refused(is_refused(fcntl(unconnected.get(), F_SETOWN, other)));                      // 14
    refused(is_refused(setpriority(PRIO_PROCESS, static_cast<id_t>(other), 0)));         // 15
    refused(is_refused(shmget(IPC_PRIVATE, 1, IPC_CREAT)));                              // 16
    refused(is_refused(syscall(SYS_unshare, CLONE_NEWUSER)));                            // 17
    refused(is_refused(syscall(SYS_io_uring_setup, 1, nullptr), ENOSYS));                // 18
    return allowed;
  });

  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the number of what was allowed";
}

}  // namespace
}  // namespace slip
