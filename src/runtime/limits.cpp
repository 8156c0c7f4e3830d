// SPDX-License-Identifier: Apache-2.0
#include "runtime/limits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <set>
#include <string>
#include <utility>

#include "base/fd.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

// What a group cannot count it does not have a file for.
void put(const fs::path& file, const std::string& text) {
  const UniqueFd fd(open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd) [[maybe_unused]]
    const ssize_t written = write(fd.get(), text.data(), text.size());
}

std::set<std::string> controllers_of(const fs::path& group) {
  std::ifstream in(group / "cgroup.subtree_control");
  std::set<std::string> names;
  for (std::string name; in >> name;) names.insert(name);
  return names;
}

}  // namespace

Limits default_limits() {
  const std::int64_t memory =
      std::int64_t{sysconf(_SC_PHYS_PAGES)} * std::int64_t{sysconf(_SC_PAGESIZE)};
  const auto part = [&](int of) { return std::max<std::int64_t>(memory / of, 64 << 20); };
  Limits limits;
  limits.memory_bytes = memory - part(4);
  limits.processes = 8192;
  limits.scratch_bytes = part(8);
  limits.shared_memory_bytes = part(4);
  return limits;
}

Limits limited(Limits limits, const RunLimits& to, MemoryIsCounted memory) {
  if (to.memory_bytes) {
    limits.memory_bytes = std::min(limits.memory_bytes, *to.memory_bytes);
    // Else shared memory, which is counted too, would end a server where its disk seems full.
    limits.scratch_bytes = std::min(limits.scratch_bytes, limits.memory_bytes);
    limits.shared_memory_bytes = std::min(limits.shared_memory_bytes, limits.memory_bytes);
    if (memory == MemoryIsCounted::no) {
      limits.memory_of_each = static_cast<rlim_t>(*to.memory_bytes);
    }
  }
  if (memory == MemoryIsCounted::no) {
    limits.data_of_each = static_cast<rlim_t>(limits.memory_bytes);
  }
  limits.processes = to.processes.value_or(limits.processes);
  limits.cpu_weight = to.cpu_weight.value_or(limits.cpu_weight);
  if (to.open_files) limits.open_files = static_cast<rlim_t>(*to.open_files);
  return limits;
}

MemoryIsCounted memory_is_counted(const fs::path& group) {
  const bool can = !group.empty() && access((group / "memory.max").c_str(), W_OK) == 0;
  return can ? MemoryIsCounted::yes : MemoryIsCounted::no;
}

HowKept how_kept(const fs::path& base) {
  const auto kept = controllers_of(base);
  return {.memory = kept.contains("memory") ? Kept::at_once : Kept::of_each_process,
          .processes = kept.contains("pids") ? Kept::at_once : Kept::not_at_all,
          .cpu_weight = kept.contains("cpu") ? Kept::at_once : Kept::not_at_all};
}

std::string limits_not_kept(const fs::path& base) {
  const auto kept = controllers_of(base);
  std::string names;
  for (const auto& [controller, name] :
       {std::pair("memory", "memory (but of each process)"), std::pair("pids", "processes"),
        std::pair("cpu", "cpu_weight")}) {
    if (!kept.contains(controller)) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

void delegate_controllers(const fs::path& mount, const fs::path& base) {
  fs::path group = mount;
  for (const auto& part : base.lexically_relative(mount)) {
    delegate_controllers(group);
    group /= part;
  }
  delegate_controllers(group);
}

void delegate_controllers(const fs::path& group) {
  // One at a time: where one is missing the others are taken all the same.
  for (const char* controller : {"+cpu", "+memory", "+pids"}) {
    put(group / "cgroup.subtree_control", controller);
  }
}

void limit_together(const fs::path& group, const RunLimits& limits) {
  constexpr std::int64_t usual_weight = 100;
  const auto number = [](const std::optional<std::int64_t>& limit) {
    return limit ? std::to_string(*limit) : std::string("max");
  };
  put(group / "memory.max", number(limits.memory_bytes));
  put(group / "pids.max", number(limits.processes));
  put(group / "cpu.weight", std::to_string(limits.cpu_weight.value_or(usual_weight)));
}

void limit_group(const fs::path& group, const Limits& limits, Urgency urgency) {
  put(group / "memory.max", std::to_string(limits.memory_bytes));
  put(group / "pids.max", std::to_string(limits.processes));
  put(group / "cpu.weight",
      std::to_string(urgency == Urgency::background ? std::min<std::int64_t>(limits.cpu_weight, 10)
                                                    : limits.cpu_weight));
}

namespace {

// From -1000 (never) to 1000 (first of all).
constexpr const char* ends_early = "500";

// Whoever may not is ended as others are.
void end_early() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = write(fd, ends_early, std::strlen(ends_early));
  close(fd);
}

}  // namespace

std::vector<std::string> limiting(const Limits& limits, OwnUser own_user) {
  std::vector<std::string> words{"/usr/bin/prlimit", "--core=0"};
  // Whoever is nobody special can only lower them.
  const auto add = [&](const char* option, auto resource, rlim_t wanted) {
    rlimit ours{};
    if (getrlimit(resource, &ours) == 0) wanted = std::min(wanted, ours.rlim_max);
    if (wanted != RLIM_INFINITY) words.push_back(fmt::format("{}={}", option, wanted));
  };
  add("--nofile", RLIMIT_NOFILE, limits.open_files);
  add("--data", RLIMIT_DATA, limits.data_of_each);
  if (own_user == OwnUser::yes) {
    add("--nproc", RLIMIT_NPROC, static_cast<rlim_t>(limits.processes));
  }
  words.emplace_back("--");
  return words;
}

fs::path group_of_commands(const fs::path& base, const Limits& limits) {
  fs::path group = base / "commands";
  std::error_code failed;
  fs::create_directory(group, failed);
  if (access((group / "cgroup.procs").c_str(), W_OK) != 0) return {};
  limit_group(group, limits, Urgency::normal);
  return group;
}

std::vector<std::string> apart(const fs::path& group) {
  return {"/bin/sh", "-c",
          fmt::format("{{ echo {} >/proc/self/oom_score_adj; "
                      "[ -z \"$0\" ] || echo 0 >\"$0/cgroup.procs\"; }} 2>/dev/null; exec \"$@\"",
                      ends_early),
          group.string()};
}

bool limit_process(const Limits& limits) {
  end_early();
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return false;
  files.rlim_max = std::min(files.rlim_max, limits.open_files);
  files.rlim_cur = std::min(files.rlim_cur, files.rlim_max);
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  const rlimit memory{.rlim_cur = limits.memory_of_each, .rlim_max = limits.memory_of_each};
  // Whoever is nobody special can only lower it.
  rlimit data{};
  if (getrlimit(RLIMIT_DATA, &data) != 0) return false;
  data.rlim_max = std::min(data.rlim_max, limits.data_of_each);
  data.rlim_cur = std::min(data.rlim_cur, data.rlim_max);
  const rlimit processes{.rlim_cur = limits.processes_of_user,
                         .rlim_max = limits.processes_of_user};
  return setrlimit(RLIMIT_NOFILE, &files) == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0 &&
         (limits.memory_of_each == RLIM_INFINITY || setrlimit(RLIMIT_AS, &memory) == 0) &&
         (limits.data_of_each == RLIM_INFINITY || setrlimit(RLIMIT_DATA, &data) == 0) &&
         (limits.processes_of_user == RLIM_INFINITY || setrlimit(RLIMIT_NPROC, &processes) == 0);
}

}  // namespace slip
