#include "runtime/limits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string>

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

void delegate_controllers(const fs::path& mount, const fs::path& base) {
  fs::path group = mount;
  for (const auto& part : base.lexically_relative(mount)) {
    // One at a time: where one is missing the others are taken all the same.
    for (const char* controller : {"+cpu", "+memory", "+pids"}) {
      put(group / "cgroup.subtree_control", controller);
    }
    group /= part;
  }
  for (const char* controller : {"+cpu", "+memory", "+pids"}) {
    put(group / "cgroup.subtree_control", controller);
  }
}

void limit_group(const fs::path& group, const Limits& limits, Urgency urgency) {
  put(group / "memory.max", std::to_string(limits.memory_bytes));
  put(group / "pids.max", std::to_string(limits.processes));
  put(group / "cpu.weight", urgency == Urgency::background ? "10" : "100");
}

bool limit_process(const Limits& limits) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return false;
  files.rlim_max = std::min(files.rlim_max, limits.open_files);
  files.rlim_cur = std::min(files.rlim_cur, files.rlim_max);
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  return setrlimit(RLIMIT_NOFILE, &files) == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0;
}

}  // namespace slip
