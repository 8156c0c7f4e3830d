// SPDX-License-Identifier: Apache-2.0
#include "runtime/exit_watcher.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include "base/file.h"

namespace slip {
namespace {

// From <linux/wait.h>; the C library's waitid takes it as a plain number.
constexpr auto by_pidfd = static_cast<idtype_t>(3);

std::optional<int> reap(const UniqueFd& pidfd) {
  siginfo_t info{};
  const auto fd = static_cast<id_t>(pidfd.get());
  if (waitid(by_pidfd, fd, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) return std::nullopt;
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

}  // namespace

Result<std::unique_ptr<ExitWatcher>> ExitWatcher::open(Record record, Noticed noticed) {
  std::unique_ptr<ExitWatcher> watcher(new ExitWatcher(std::move(record), std::move(noticed)));
  watcher->epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
  watcher->wake_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{.events = EPOLLIN, .data = {.fd = watcher->wake_.get()}};
  if (!watcher->epoll_ || !watcher->wake_ ||
      epoll_ctl(watcher->epoll_.get(), EPOLL_CTL_ADD, watcher->wake_.get(), &event) != 0) {
    return error_from_errno(errno, "watch processes");
  }
  watcher->thread_ = std::thread([raw = watcher.get()] { raw->run(); });
  return watcher;
}

ExitWatcher::~ExitWatcher() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t told = write(wake_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

void ExitWatcher::watch(const InstanceId& id, const ProcessIdentity& process) {
  UniqueFd pidfd = open_process(process);
  if (!pidfd) return;
  const std::lock_guard lock(mutex_);
  epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.fd = pidfd.get()}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, pidfd.get(), &event);
  watched_[id] = Watched{process, std::move(pidfd)};
}

void ExitWatcher::collect(const InstanceId& id) {
  const std::lock_guard lock(mutex_);
  drop_ended(id);
}

void ExitWatcher::drop_ended(const InstanceId& id) {
  const auto found = watched_.find(id);
  if (found == watched_.end() || !await_end(found->second.pidfd, 0)) return;
  record_(id, found->second.process, reap(found->second.pidfd));
  watched_.erase(found);
}

void ExitWatcher::run() {
  while (true) {
    std::array<epoll_event, 16> events;
    const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      if (events[static_cast<std::size_t>(i)].data.fd == wake_.get()) return;
    }
    std::vector<InstanceId> ended;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [id, watched] : watched_) {
        if (await_end(watched.pidfd, 0)) ended.push_back(id);
      }
      for (const auto& id : ended) drop_ended(id);
    }
    for (const auto& id : ended) noticed_(id);
  }
}

}  // namespace slip
