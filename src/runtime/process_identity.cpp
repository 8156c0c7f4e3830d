// SPDX-License-Identifier: Apache-2.0
#include "runtime/process_identity.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

namespace slip {
namespace {

// /proc files say they are empty, so they are read to their end. Empty if the process is gone, also
// when it goes meanwhile.
std::string slurp(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; fd && (got = read(fd.get(), buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

std::string current_boot_id() {
  std::string text = slurp("/proc/sys/kernel/random/boot_id");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::optional<ProcessStat> read_stat(pid_t pid) {
  const std::string text = slurp(fmt::format("/proc/{}/stat", pid));
  // The name in parentheses may hold anything, also parentheses and spaces.
  const auto name_end = text.rfind(')');
  if (name_end == text.npos) return std::nullopt;
  ProcessStat stat{.pid = pid};
  unsigned long long start = 0;
  const int found = std::sscanf(text.c_str() + name_end + 1,
                                " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
                                "%*d %*d %llu",
                                &stat.state, &stat.parent, &stat.session, &start);
  if (found != 4) return std::nullopt;
  stat.start_ticks = start;
  return stat;
}

std::vector<ProcessStat> all_processes() {
  std::vector<ProcessStat> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(opendir("/proc"), closedir);
  if (!proc) return found;
  while (const dirent* entry = readdir(proc.get())) {
    const int pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    if (const auto stat = read_stat(pid)) found.push_back(*stat);
  }
  return found;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  std::ifstream in(fmt::format("/proc/{}/task/{}/children", pid, pid));
  if (in) {
    for (pid_t child = 0; in >> child;) children.push_back(child);
    return children;
  }
  for (const auto& process : all_processes()) {
    if (process.parent == pid) children.push_back(process.pid);
  }
  return children;
}

std::optional<pid_t> innermost_pid(pid_t pid) {
  const std::string status = slurp(fmt::format("/proc/{}/status", pid));
  const auto line = status.find("\nNSpid:");
  if (line == status.npos) return std::nullopt;
  const auto end = status.find('\n', line + 1);
  const auto last = status.find_last_of("\t ", end);
  pid_t inner = 0;
  const auto [stopped, failed] =
      std::from_chars(status.data() + last + 1, status.data() + end, inner);
  if (failed != std::errc() || stopped != status.data() + end) return std::nullopt;
  return inner;
}

Result<ProcessIdentity> identify(pid_t pid) {
  const auto stat = read_stat(pid);
  if (!stat) {
    return Error{.code = ErrorCode::not_found, .message = fmt::format("no process {}", pid)};
  }
  return ProcessIdentity{
      .pid = pid, .start_ticks = stat->start_ticks, .boot_id = current_boot_id()};
}

bool alive(const ProcessIdentity& process) {
  if (process.pid <= 0) return false;
  const auto stat = read_stat(process.pid);
  return stat && stat->start_ticks == process.start_ticks && stat->state != 'Z' &&
         stat->state != 'X' && process.boot_id == current_boot_id();
}

UniqueFd open_process(const ProcessIdentity& process) {
  if (process.pid <= 0 || process.boot_id != current_boot_id()) return {};
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  if (!pidfd) return {};
  // Only now is the pid held fast: what it stands for is checked after opening, not before.
  const auto stat = read_stat(process.pid);
  if (!stat || stat->start_ticks != process.start_ticks) return {};
  return pidfd;
}

bool await_end(const UniqueFd& pidfd, std::int64_t patience_ms) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::milliseconds(patience_ms);
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd waiting{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    const int ready =
        poll(&waiting, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (left <= 0) return false;
  }
}

}  // namespace slip
