// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string_view>

#include "base/file.h"
#include "base/presence.h"
#include "runtime/limits.h"
#include "runtime/spawn.h"
#include "runtime/tree_control.h"

namespace slip {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds freeze_patience{5'000};
constexpr milliseconds kill_patience{20'000};
constexpr std::string_view group_prefix = "container-";

Result<> write_control(const fs::path& file, std::string_view text) {
  const UniqueFd fd(open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return error_from_errno(errno, "write " + file.string());
  }
  return {};
}

// Waits until cgroup.events has the line, e.g. "frozen 1"; the kernel says when the file changes.
Result<> await_event(const fs::path& cgroup, std::string_view line, milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + patience;
  const fs::path file = cgroup / "cgroup.events";
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + file.string());
  while (true) {
    char buffer[256];
    const ssize_t got = pread(fd.get(), buffer, sizeof buffer, 0);
    if (got < 0) return error_from_errno(errno, "read " + file.string());
    if (std::string_view(buffer, static_cast<std::size_t>(got)).find(line) !=
        std::string_view::npos) {
      return {};
    }
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
    if (left <= 0) {
      return Error{.code = ErrorCode::timed_out,
                   .message = fmt::format("{} did not reach \"{}\" in {} ms", cgroup.string(), line,
                                          patience.count())};
    }
    pollfd waiting{.fd = fd.get(), .events = POLLPRI, .revents = 0};
    poll(&waiting, 1, static_cast<int>(left));
  }
}

bool has_event(const fs::path& cgroup, std::string_view line) {
  std::ifstream in(cgroup / "cgroup.events");
  for (std::string found; std::getline(in, found);) {
    if (found == line) return true;
  }
  return false;
}

std::vector<fs::path> below(const fs::path& cgroup) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(cgroup, failed)) {
    if (entry.is_directory(failed)) found.push_back(entry.path());
  }
  return found;
}

class CgroupControl : public TreeControl {
 public:
  explicit CgroupControl(fs::path base) : base_(std::move(base)) {}
  // What instances run on in stays.
  ~CgroupControl() override {
    for (const auto& group : groups()) rmdir(group.c_str());
    if (!commands_.empty()) rmdir(commands_.c_str());
    rmdir(base_.c_str());
  }

  std::string name() const override { return "cgroup2"; }
  std::string limits_not_kept() const override { return slip::limits_not_kept(base_); }

  HowKept how_kept() const override { return slip::how_kept(base_); }

  fs::path place_of_commands(const Limits& limits) override {
    return commands_ = group_of_commands(base_, limits);
  }

  Result<Place> prepare(const InstanceId& id,
                        const std::optional<TogetherLimits>& together) override {
    const Tree before{.id = id, .cgroup = {}, .main = {}, .sandbox = {}};
    TRY(kill(before));
    discard(before);
    fs::path cgroup = base_;
    if (together) {
      cgroup = group_of(together->container);
      TRY(make_directories(cgroup));
      delegate_controllers(cgroup);
      TRY(limit(*together));
    }
    cgroup /= id.str();
    TRY(make_directories(cgroup));
    UniqueFd fd(open(cgroup.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return error_from_errno(errno, "open " + cgroup.string());
    return Place{std::move(fd), cgroup};
  }

  Result<> limit(const TogetherLimits& together) override {
    limit_together(group_of(together.container), together.limits);
    return {};
  }

  Result<> freeze(const Tree& tree) override {
    const fs::path cgroup = place(tree);
    if (empty(tree)) return {};
    auto frozen = write_control(cgroup / "cgroup.freeze", "1");
    if (frozen) frozen = await_event(cgroup, "frozen 1", freeze_patience);
    if (!frozen) (void)write_control(cgroup / "cgroup.freeze", "0");
    return frozen;
  }

  Result<> thaw(const Tree& tree) override {
    const fs::path cgroup = place(tree);
    if (!TRY(is_present(cgroup))) return {};
    TRY(write_control(cgroup / "cgroup.freeze", "0"));
    return await_event(cgroup, "frozen 0", freeze_patience);
  }

  bool frozen(const Tree& tree) override { return has_event(place(tree), "frozen 1"); }

  Result<> kill(const Tree& tree) override {
    const fs::path cgroup = place(tree);
    if (empty(tree)) return {};
    TRY(write_control(cgroup / "cgroup.kill", "1"));
    return await_event(cgroup, "populated 0", kill_patience);
  }

  bool empty(const Tree& tree) override { return !has_event(place(tree), "populated 1"); }

  void discard(const Tree& tree) override { rmdir(place(tree).c_str()); }

  std::vector<InstanceId> populated() override {
    std::vector<InstanceId> found;
    auto places = groups();
    places.push_back(base_);
    for (const auto& place : places) {
      for (const auto& cgroup : below(place)) {
        const std::string name = cgroup.filename();
        if (InstanceId::looks_like(name) && has_event(cgroup, "populated 1")) {
          found.emplace_back(name);
        }
      }
    }
    return found;
  }

  // True if a process can really be born, frozen and killed here.
  bool works() {
    const Tree trial{.id = InstanceId(fmt::format("trial-{}", getpid())),
                     .cgroup = {},
                     .main = {},
                     .sandbox = {}};
    auto made = prepare(trial.id, std::nullopt);
    if (!made) return false;
    bool worked = false;
    {
      const UniqueFd null_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
      const auto child = spawn(Program{.argv = {"/bin/true"}},
                               {.log_fd = null_fd.get(), .cgroup_fd = made->fd.get()});
      worked = child && freeze(trial) && frozen(trial) && kill(trial);
      if (!worked) (void)write_control(place(trial) / "cgroup.freeze", "0");
    }
    discard(trial);
    return worked;
  }

 private:
  // Of one that was not written down: wherever it is.
  fs::path place(const Tree& tree) const {
    if (!tree.cgroup.empty()) return tree.cgroup;
    for (const auto& group : groups()) {
      fs::path cgroup = group / tree.id.str();
      if (access(cgroup.c_str(), F_OK) == 0) return cgroup;
    }
    return base_ / tree.id.str();
  }
  fs::path group_of(std::uint32_t container) const {
    return base_ / (std::string(group_prefix) + std::to_string(container));
  }
  // Those of containers, in each of which are the cgroups of its instances.
  std::vector<fs::path> groups() const {
    auto found = below(base_);
    std::erase_if(found, [](const fs::path& one) {
      return !one.filename().string().starts_with(group_prefix);
    });
    return found;
  }

  fs::path base_;
  fs::path commands_;
};

// Where the cgroup2 hierarchy is mounted; on machines that still have version 1 it is not at
// /sys/fs/cgroup.
std::optional<fs::path> find_mount() {
  std::ifstream in("/proc/self/mountinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.find(" - cgroup2 ") == line.npos) continue;
    std::istringstream fields(line);
    std::string id, parent, device, root, point;
    if (fields >> id >> parent >> device >> root >> point) return fs::path(point);
  }
  return std::nullopt;
}

std::optional<fs::path> own_cgroup() {
  std::ifstream in("/proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("0::/", 0) == 0) return fs::path(line.substr(4));
  }
  return std::nullopt;
}

// FNV-1a: stable over builds and machines, which std::hash is not.
std::string short_hash(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::unique_ptr<TreeControl> make_cgroup_control(const fs::path& state_directory) {
  const auto mount = find_mount();
  if (!mount) return nullptr;
  std::error_code failed;
  const fs::path leaf =
      fs::path("slipstream") / short_hash(fs::weakly_canonical(state_directory, failed));
  // The root of the hierarchy outlives the service or login session we were started from; only an
  // ordinary user, who may not write there, gets a place below our own.
  std::vector<fs::path> bases{*mount / leaf};
  if (const auto own = own_cgroup()) bases.push_back(*mount / *own / leaf);
  for (const auto& base : bases) {
    if (!make_directories(base)) continue;
    auto control = std::make_unique<CgroupControl>(base);
    if (!control->works()) continue;
    delegate_controllers(*mount, base);
    return control;
  }
  return nullptr;
}

}  // namespace slip
