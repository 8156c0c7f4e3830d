// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/file.h"
#include "runtime/supervisor.h"

namespace slip {
namespace {

constexpr std::chrono::seconds program_patience{20};
constexpr std::chrono::milliseconds program_poll{1};
constexpr std::size_t complaint_max = 4096;

void note(const UniqueFd& log, const std::string& line) {
  [[maybe_unused]] const ssize_t written = write(log.get(), line.data(), line.size());
}

}  // namespace

Result<> SupervisorRuntime::start(const InstanceId& instance, const LaunchSpec& spec) {
  TRY(InstanceStore::check(instance));
  if (spec.argv.empty() || spec.argv[0].rfind('/', 0) != 0) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the program of " + instance.str() + " is not an absolute path"};
  }
  const auto mutex = lock_of(instance);
  const std::lock_guard lock(*mutex);
  const auto record = TRY(store_.load(instance));
  const Tree old = tree_of(instance, record);
  if (record && runs(old)) return {};
  TRY(in_context("start " + instance.str(), control_->kill(old)));
  watcher_->collect(instance);
  control_->discard(old);
  store_.remove(instance);
  networks_.leave(instance);
  auto launched = launch(instance, spec);
  if (!launched) {
    // Nothing half started stays; only the log, which says why.
    const Tree tree = tree_of(instance, TRY(store_.load(instance)));
    (void)control_->kill(tree);
    if (tree.main) {
      const UniqueFd pidfd = open_process(*tree.main);
      if (pidfd) await_end(pidfd, Duration(std::chrono::seconds(5)).count());
    }
    watcher_->collect(instance);
    control_->discard(tree);
    store_.remove(instance);
    networks_.leave(instance);
  }
  return in_context("start " + instance.str(), std::move(launched));
}

Result<Program> SupervisorRuntime::program_for(const LaunchSpec& spec) const {
  if (sandbox_) return sandbox_->wrap(spec);
  Program program;
  program.argv = spec.argv;
  program.env = spec.env;
  if (!spec.working_directory.empty()) program.working_directory = spec.working_directory;
  program.become = user_;
  return program;
}

// Where a network belongs to a user namespace of its own, a sandbox in that may be refused.
Result<> SupervisorRuntime::try_network() const {
  const Network network = TRY(Network::make());
  const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const Program program = TRY(program_for({.argv = {"/bin/true"}}));
  auto child = TRY(spawn(program, {.log_fd = nowhere.get(), .network = &network}));
  TRY(child.release());
  int status = 0;
  if (!await_end(child.pidfd(), Duration(program_patience).count()) ||
      waitpid(child.pid(), &status, 0) != child.pid() || status != 0) {
    return Error{.code = ErrorCode::unsupported, .message = "no program runs in it"};
  }
  return {};
}

Limits SupervisorRuntime::limits_for(const LaunchSpec& spec,
                                     const std::filesystem::path& cgroup) const {
  Limits limits = limited(limits_, spec.limits, memory_is_counted(cgroup));
  // Only who has a user id of its own is counted alone.
  if (info_.how_kept.processes == Kept::at_the_next_start && spec.user) {
    const auto wanted = spec.together ? spec.together->limits.processes : std::nullopt;
    limits.processes_of_user = static_cast<rlim_t>(wanted.value_or(limits.processes));
  }
  return limits;
}

Result<> SupervisorRuntime::launch(const InstanceId& instance, const LaunchSpec& spec) {
  const UniqueFd log = TRY(store_.open_log(instance));
  const auto user = sandbox_ && user_ ? spec.user : std::nullopt;
  // Programs that open /dev/stderr by name need more than the open file. It stays ours: an owner
  // could keep whoever opens it waiting by a lease. Nobody else comes to where it lies.
  if (user_ && (fchown(log.get(), geteuid(), getegid()) != 0 || fchmod(log.get(), 0666) != 0)) {
    return error_from_errno(errno, "let the log be written");
  }
  struct stat about {};
  fstat(log.get(), &about);
  InstanceRecord record{.program = spec.argv[0],
                        .stop_signal = spec.stop_signal,
                        .cgroup = {},
                        .main = {},
                        .sandbox = {},
                        .network = {},
                        .user = user};
  std::shared_ptr<const Network> network;
  if (own_networks_ && !spec.network.empty()) {
    network = TRY(networks_.join(instance, spec.network));
    record.network = spec.network;
  }
  TRY(store_.save(instance, record));
  const Program program = TRY(program_for(spec));
  // What is done in the background is to be behind everybody, and not behind its container alone.
  const auto place = TRY(control_->prepare(
      instance, spec.urgency == Urgency::background ? std::nullopt : spec.together));
  const Limits limits = limits_for(spec, place.cgroup);
  if (!place.cgroup.empty()) limit_group(place.cgroup, limits, spec.urgency);
  auto child = TRY(spawn(program, {.log_fd = log.get(),
                                   .cgroup_fd = place.fd.get(),
                                   .network = network.get(),
                                   .urgency = spec.urgency,
                                   .limits = limits}));
  record.cgroup = place.cgroup;
  record.main = TRY(identify(child.pid()));
  TRY(store_.save(instance, record));
  if (auto executed = child.release(); !executed) {
    note(log, executed.error().message + "\n");
    return executed;
  }
  watcher_->watch(instance, *record.main);
  if (sandbox_) TRY(await_program(instance, record, about.st_size));
  return store_.make_durable(instance);
}

// Waits until the sandbox is set up and the program executed in it. There is no event for that, but
// it takes some ten milliseconds.
Result<> SupervisorRuntime::await_program(const InstanceId& instance, InstanceRecord& record,
                                          std::int64_t log_start) {
  const auto until = std::chrono::steady_clock::now() + program_patience;
  const UniqueFd bwrap = open_process(*record.main);
  while (true) {
    const bool ended = !bwrap || await_end(bwrap, 0);
    const auto inside = Sandbox::look(record.main->pid);
    if (!record.sandbox && inside.first) {
      if (auto first = identify(*inside.first)) {
        record.sandbox = *std::move(first);
        TRY(store_.save(instance, record));
      }
    }
    if (inside.executed) return {};
    if (ended) {
      const std::string said = TRY(store_.read_log_from(instance, log_start, complaint_max));
      if (!Sandbox::complained(said)) return {};  // it ran, and was quick
      return Error{.code = ErrorCode::failed,
                   .message = "cannot execute " + record.program +
                              " in the sandbox: " + said.substr(0, said.find('\n')),
                   .detail = said};
    }
    if (std::chrono::steady_clock::now() > until) {
      return Error{.code = ErrorCode::unavailable, .message = "the sandbox was not ready in time"};
    }
    std::this_thread::sleep_for(program_poll);
  }
}

}  // namespace slip
