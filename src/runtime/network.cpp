// SPDX-License-Identifier: Apache-2.0
#include "runtime/network.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "base/file.h"
#include "gateway/tcp/tcp_socket.h"

namespace slip {
namespace {

constexpr std::size_t stack_bytes = 64 << 10;

// What a child of ours makes for us: it shares our memory and open files, but is a process of its
// own, so that it may enter namespaces, which threads may not. We wait meanwhile.
struct Errand {
  Network::Door door;
  const char* user_map = nullptr;  // of the namespaces made for it
  const char* group_map = nullptr;
  int made = -1;
  int failed = 0;  // errno
};

bool write_map(const char* file, const char* text) {
  const int fd = open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const auto length = static_cast<ssize_t>(std::strlen(text));
  const bool done = write(fd, text, static_cast<std::size_t>(length)) == length;
  const int why = errno;
  close(fd);
  errno = why;
  return done;
}

bool bring_loopback_up() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", sizeof "lo");
  request.ifr_flags = IFF_UP;
  const bool done = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  const int why = errno;
  close(fd);
  errno = why;
  return done;
}

int make_there(void* argument) {
  auto& errand = *static_cast<Errand*>(argument);
  const bool mapped =
      errand.user_map == nullptr || (write_map("/proc/self/setgroups", "deny") &&
                                     write_map("/proc/self/uid_map", errand.user_map) &&
                                     write_map("/proc/self/gid_map", errand.group_map));
  if (mapped && bring_loopback_up()) {
    errand.made = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  }
  errand.failed = errno;
  return 0;
}

int make_socket_there(void* argument) {
  auto& errand = *static_cast<Errand*>(argument);
  if (enter(errand.door)) errand.made = make_tcp_socket().release();
  errand.failed = errno;
  return 0;
}

// What it made; none with errno set.
UniqueFd send(int (*work)(void*), Errand& errand, int namespaces) {
  std::vector<std::max_align_t> stack(stack_bytes / sizeof(std::max_align_t));
  // Our own handlers must not run in the child.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = clone(work, stack.data() + stack.size(),
                            CLONE_VM | CLONE_VFORK | CLONE_FILES | namespaces, &errand);
  if (child < 0) errand.failed = errno;
  while (child > 0 && waitpid(child, nullptr, __WCLONE) < 0 && errno == EINTR) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = errand.failed;
  return UniqueFd(errand.made);
}

Error refused(int why, std::string what, ErrorCode code) {
  Error error = error_from_errno(why, std::move(what));
  error.code = code;
  return error;
}

}  // namespace

bool enter(const Network::Door& door) {
  return (door.user < 0 || setns(door.user, CLONE_NEWUSER) == 0) &&
         setns(door.network, CLONE_NEWNET) == 0;
}

Result<Network> Network::make() {
  const std::string users = fmt::format("{0} {0} 1", geteuid());
  const std::string groups = fmt::format("{0} {0} 1", getegid());
  Errand errand;
  int namespaces = CLONE_NEWNET;
  if (geteuid() != 0) {
    errand.user_map = users.c_str();
    errand.group_map = groups.c_str();
    namespaces |= CLONE_NEWUSER;
  }
  UniqueFd made = send(make_there, errand, namespaces);
  if (!made) {
    const bool too_many = errand.failed == ENOSPC || errand.failed == ENOMEM ||
                          errand.failed == EMFILE || errand.failed == EAGAIN;
    return refused(errand.failed, "make a network",
                   too_many ? ErrorCode::unavailable : ErrorCode::unsupported);
  }
  Network network(std::move(made));
  TRY(network.find_owner());
  return network;
}

Result<Network> Network::of(pid_t process) {
  UniqueFd found(open(fmt::format("/proc/{}/ns/net", process).c_str(), O_RDONLY | O_CLOEXEC));
  if (!found) {
    return refused(errno, fmt::format("find the network of process {}", process),
                   ErrorCode::not_found);
  }
  Network network(std::move(found));
  TRY(network.find_owner());
  return network;
}

Result<> Network::find_owner() {
  if (geteuid() == 0) return {};
  user_.reset(ioctl(network_.get(), NS_GET_USERNS));
  if (user_) return {};
  return refused(errno, "find whose network it is", ErrorCode::not_found);
}

Result<UniqueFd> Network::begin_connect(std::uint16_t port) const {
  Errand errand{.door = door()};
  UniqueFd socket = send(make_socket_there, errand, 0);
  if (socket && begin_connecting(socket, port)) return socket;
  return refused(errno, fmt::format("connect to port {}", port), ErrorCode::unavailable);
}

Result<std::shared_ptr<const Network>> Networks::join(const InstanceId& instance,
                                                      const VolumeId& volume) {
  const std::lock_guard lock(mutex_);
  auto network = networks_[volume].lock();
  if (!network) {
    auto made = take_spare();
    if (!made) {
      forget_empty();
      return in_context("make a network for " + volume.str(), std::move(made)).error();
    }
    network = std::make_shared<const Network>(*std::move(made));
    networks_[volume] = network;
  }
  members_[instance] = network;
  return network;
}

// Where the last one could not be made, this one may be.
Result<Network> Networks::take_spare() {
  auto taken = spare_.valid() ? spare_.get() : Network::make();
  if (!taken) return Network::make();
  spare_ = std::async(std::launch::async, [] { return Network::make(); });
  return taken;
}

void Networks::adopt(const InstanceId& instance, const VolumeId& volume, Network network) {
  const std::lock_guard lock(mutex_);
  auto joined = networks_[volume].lock();
  if (!joined) joined = std::make_shared<const Network>(std::move(network));
  networks_[volume] = joined;
  members_[instance] = joined;
}

void Networks::leave(const InstanceId& instance) {
  const std::lock_guard lock(mutex_);
  if (members_.erase(instance) > 0) forget_empty();
}

std::shared_ptr<const Network> Networks::of(const InstanceId& instance) const {
  const std::lock_guard lock(mutex_);
  const auto found = members_.find(instance);
  return found == members_.end() ? nullptr : found->second;
}

void Networks::forget_empty() {
  std::erase_if(networks_, [](const auto& entry) { return entry.second.expired(); });
}

}  // namespace slip
