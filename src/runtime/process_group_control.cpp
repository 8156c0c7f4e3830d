// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <set>
#include <thread>

#include "runtime/limits.h"
#include "runtime/tree_control.h"

namespace slip {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds patience{10'000};
constexpr milliseconds poll_interval{1};

bool ended(const ProcessStat& process) {
  return process.state == 'Z' || process.state == 'X';
}

// Sent through a pidfd, so that a pid given out again is never hit.
void send(const ProcessStat& process, int signal_number) {
  const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  if (!pidfd) return;
  const auto now = read_stat(process.pid);
  if (!now || now->start_ticks != process.start_ticks) return;
  syscall(SYS_pidfd_send_signal, pidfd.get(), signal_number, nullptr, 0);
}

// Roots, parents before children: whatever still runs of the tree.
std::vector<ProcessStat> members(const Tree& tree) {
  std::vector<ProcessStat> found;
  if (!tree.main || tree.main->boot_id != current_boot_id()) return found;
  const auto everything = all_processes();
  // Somebody else has the pid now: then the session of that number is not ours either, as the
  // kernel gives no pid out again while a session is named by it.
  const bool reused = std::any_of(everything.begin(), everything.end(), [&](const auto& process) {
    return process.pid == tree.main->pid && process.start_ticks != tree.main->start_ticks;
  });
  std::set<pid_t> pids;
  const auto belongs = [&](const ProcessStat& process) {
    const auto is = [&](const std::optional<ProcessIdentity>& identity) {
      return identity && identity->pid == process.pid &&
             identity->start_ticks == process.start_ticks;
    };
    return is(tree.main) || is(tree.sandbox) || (!reused && process.session == tree.main->pid) ||
           pids.count(process.parent) > 0;
  };
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& process : everything) {
      if (pids.count(process.pid) > 0 || !belongs(process)) continue;
      pids.insert(process.pid);
      if (!ended(process)) found.push_back(process);
      grew = true;
    }
  }
  return found;
}

// A parent that made a child by vfork sleeps, and cannot be stopped, until the child executes
// something; when that child is stopped it stands as still as if it were stopped itself. Such two
// share their memory.
bool waits_for_stopped_child(const ProcessStat& parent, const std::vector<ProcessStat>& tree) {
  if (parent.state != 'D') return false;
  return std::any_of(tree.begin(), tree.end(), [&](const auto& child) {
    return child.parent == parent.pid && (child.state == 'T' || child.state == 't') &&
           syscall(SYS_kcmp, parent.pid, child.pid, KCMP_VM, 0, 0) == 0;
  });
}

bool stands_still(const ProcessStat& process, const std::vector<ProcessStat>& tree) {
  return process.state == 'T' || process.state == 't' || waits_for_stopped_child(process, tree);
}

class ProcessGroupControl : public TreeControl {
 public:
  std::string name() const override { return "process group"; }
  std::filesystem::path place_of_commands(const Limits&) override { return {}; }
  std::string limits_not_kept() const override { return slip::limits_not_kept({}); }

  HowKept how_kept() const override { return slip::how_kept({}); }

  Result<Place> prepare(const InstanceId&, const std::optional<TogetherLimits>&) override {
    return Place{};
  }
  Result<> limit(const TogetherLimits&) override { return {}; }

  Result<> freeze(const Tree& tree) override {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
      bool all_stopped = true;
      const auto running = members(tree);
      for (const auto& process : running) {
        if (stands_still(process, running)) continue;
        send(process, SIGSTOP);
        all_stopped = false;
      }
      if (all_stopped) return {};
      if (std::chrono::steady_clock::now() > until) {
        (void)thaw(tree);
        return Error{
            .code = ErrorCode::timed_out,
            .message = fmt::format("{} did not stop in {} ms", tree.id.str(), patience.count())};
      }
      std::this_thread::sleep_for(poll_interval);
    }
  }

  Result<> thaw(const Tree& tree) override {
    // Children first: a parent that waits for a stopped child sees it running.
    auto stopped = members(tree);
    std::reverse(stopped.begin(), stopped.end());
    for (const auto& process : stopped) send(process, SIGCONT);
    return {};
  }

  bool frozen(const Tree& tree) override {
    const auto running = members(tree);
    return !running.empty() &&
           std::all_of(running.begin(), running.end(),
                       [&](const auto& process) { return stands_still(process, running); });
  }

  Result<> kill(const Tree& tree) override {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
      const auto running = members(tree);
      if (running.empty()) return {};
      // Stopped first, so that none can leave the tree while the others die.
      for (const auto& process : running) send(process, SIGSTOP);
      for (const auto& process : members(tree)) send(process, SIGKILL);
      if (std::chrono::steady_clock::now() > until) {
        return Error{.code = ErrorCode::timed_out,
                     .message = fmt::format("{} could not be killed in {} ms", tree.id.str(),
                                            patience.count())};
      }
      std::this_thread::sleep_for(poll_interval);
    }
  }

  bool empty(const Tree& tree) override { return members(tree).empty(); }
  void discard(const Tree&) override {}
  std::vector<InstanceId> populated() override { return {}; }
};

}  // namespace

std::unique_ptr<TreeControl> make_process_group_control() {
  return std::make_unique<ProcessGroupControl>();
}

}  // namespace slip
