// SPDX-License-Identifier: Apache-2.0
#include "runtime/supervisor.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <set>
#include <tuple>

#include "base/file.h"
#include "base/log.h"
#include "gateway/tcp/tcp_socket.h"

namespace slip {

Result<std::unique_ptr<SupervisorRuntime>> SupervisorRuntime::open(
    const SupervisorOptions& options) {
  TRY(make_directories(options.state_directory, 0700));
  std::unique_ptr<SupervisorRuntime> runtime(new SupervisorRuntime(options.state_directory));
  if (geteuid() == 0) runtime->user_ = TRY(find_user(options.user));
  if (options.control == SupervisorOptions::Control::automatic) {
    runtime->control_ = make_cgroup_control(options.state_directory);
  }
  if (!runtime->control_) runtime->control_ = make_process_group_control();
  const auto commands = runtime->control_->place_of_commands(runtime->limits_);
  if (options.isolate == SupervisorOptions::Isolate::never) {
    runtime->info_.isolation_reason = "switched off";
  } else if (auto sandbox = Sandbox::open(runtime->user_)) {
    sandbox->put_commands_into(commands);
    runtime->info_.isolation = Isolation::sandbox;
    runtime->sandbox_ = std::make_shared<const Sandbox>(*std::move(sandbox));
    runtime->confinement_ = runtime->sandbox_;
    runtime->info_.isolation_reason = runtime->sandbox_->weakness();
  } else {
    runtime->info_.isolation_reason = sandbox.error().message;
  }
  if (!runtime->sandbox_) runtime->confinement_ = std::make_shared<const LimitsOnly>(commands);
  if (options.isolate == SupervisorOptions::Isolate::automatic) runtime->look_for_networks();
  if (options.own_users) {
    runtime->look_for_own_users(*options.own_users);
  } else {
    runtime->note_lack(no_own_users);
  }
  if (const auto missing = runtime->control_->limits_not_kept(); !missing.empty()) {
    runtime->note_lack("without limits of " + missing);
  }
  runtime->info_.control = runtime->control_->name();
  runtime->info_.how_kept = runtime->how_kept();
  SupervisorRuntime& self = *runtime;
  runtime->watcher_ = TRY(ExitWatcher::open(
      [&self](const InstanceId& id, const ProcessIdentity& process, std::optional<int> status) {
        if (status) self.store_.save_exit(id, process, *status);
        self.tell_end(id);
      },
      [&self](const InstanceId& id) { self.clear_leftovers(id); }));
  for (const auto& id : TRY(runtime->store_.list())) runtime->adopt(id);
  runtime->output_watch_ = std::make_unique<OutputWatch>(
      self.store_,
      [&self](const InstanceId& id, std::int64_t grown) { self.end_for_its_log(id, grown); });
  return runtime;
}

void SupervisorRuntime::on_end(std::function<void(const InstanceId&)> listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

void SupervisorRuntime::tell_end(const InstanceId& instance) {
  const std::lock_guard lock(listener_mutex_);
  if (listener_) listener_(instance);
}

void SupervisorRuntime::note_lack(const std::string& lack) {
  auto& reason = info_.isolation_reason;
  if (reason.find(lack) == std::string::npos) reason += (reason.empty() ? "" : "; ") + lack;
}

HowKept SupervisorRuntime::how_kept() const {
  HowKept kept = control_->how_kept();
  // Those of a user can be counted everywhere.
  const bool by_user = kept.processes == Kept::not_at_all && info_.own_users;
  if (by_user) kept.processes = Kept::at_the_next_start;
  return kept;
}

void SupervisorRuntime::look_for_networks() {
  const auto tried = try_network();
  own_networks_ = tried.has_value();
  if (tried) return;
  note_lack(no_own_networks);
  spdlog::warn("{}: {}", no_own_networks, tried.error().describe());
}

void SupervisorRuntime::look_for_own_users(const SupervisorOptions::OwnUsers& wanted) {
  const auto tried = try_own_users(wanted);
  info_.own_users = tried.has_value();
  if (tried) return;
  note_lack(no_own_users);
  spdlog::warn("all containers run as one user: {}", tried.error().describe());
}

Result<> SupervisorRuntime::try_own_users(const SupervisorOptions::OwnUsers& wanted) const {
  if (!user_) return Error{.message = "only root can run programs as others"};
  if (!sandbox_) return Error{.message = "there is no sandbox"};
  for (const auto id : {wanted.first, wanted.last}) {
    const auto mapping = TRY(map_user(*user_, {.uid = id, .gid = id}));
    // Private servers have their sockets among the temporary files.
    for (const auto& path : {wanted.data, std::filesystem::temp_directory_path()}) {
      TRY(mapped_tree(path, mapping));
    }
  }
  return {};
}

void SupervisorRuntime::adopt(const InstanceId& id) {
  const auto record = store_.load(id);
  if (!record) {
    spdlog::error("{}: {}; it is left as it is", id.str(), record.error().describe());
    return;
  }
  if (!*record || !(*record)->main) return;
  const auto& [main, volume] = std::tie(*(*record)->main, (*record)->network);
  watcher_->watch(id, main);
  if (!volume || !alive(main)) return;
  auto network = Network::of(main.pid);
  if (network && alive(main)) {
    networks_.adopt(id, *volume, *std::move(network));
  } else if (!network && alive(main)) {
    spdlog::error("{}: {}; nobody reaches it until it is started again", id.str(),
                  network.error().describe());
  }
}

Result<UniqueFd> SupervisorRuntime::begin_connect(const InstanceId& instance, std::uint16_t port) {
  TRY(InstanceStore::check(instance));
  if (const auto network = networks_.of(instance)) return network->begin_connect(port);
  const auto record = TRY(store_.load(instance));
  if (record && !record->network) return begin_connect_here(port);
  return Error{.code = ErrorCode::not_found, .message = instance.str() + " does not run"};
}

std::shared_ptr<std::mutex> SupervisorRuntime::lock_of(const InstanceId& instance) {
  const std::lock_guard lock(locks_mutex_);
  auto& found = locks_[instance];
  if (!found) found = std::make_shared<std::mutex>();
  return found;
}

Tree SupervisorRuntime::tree_of(const InstanceId& instance,
                                const std::optional<InstanceRecord>& record) const {
  Tree tree{.id = instance, .cgroup = {}, .main = {}, .sandbox = {}};
  if (record) {
    tree.cgroup = record->cgroup;
    tree.main = record->main;
    tree.sandbox = record->sandbox;
  }
  return tree;
}

// A tree whose record was lost counts as running while it has processes, so that somebody stops it.
bool SupervisorRuntime::runs(const Tree& tree) const {
  if (tree.main) return alive(*tree.main);
  const auto recorded = store_.exists(tree.id);
  return recorded && !*recorded && !control_->empty(tree);
}

// Kills what the main process left behind. Whoever holds the lock does so himself.
void SupervisorRuntime::clear_leftovers(const InstanceId& instance) {
  const auto mutex = lock_of(instance);
  const std::unique_lock lock(*mutex, std::try_to_lock);
  if (!lock) return;
  const auto record = store_.load(instance);
  if (!record) return;
  const Tree tree = tree_of(instance, *record);
  if (!runs(tree)) (void)control_->kill(tree);
}

Result<InstanceStatus> SupervisorRuntime::status(const InstanceId& instance) {
  TRY(InstanceStore::check(instance));
  const auto record = TRY(store_.load(instance));
  const Tree tree = tree_of(instance, record);
  InstanceStatus status;
  if (record) {
    status.network = record->network.value_or(VolumeId());
    status.user = record->user;
  }
  if (runs(tree)) {
    status.state = control_->frozen(tree) ? InstanceState::frozen : InstanceState::running;
    return status;
  }
  if (!TRY(store_.exists(instance))) return status;
  watcher_->collect(instance);
  clear_leftovers(instance);
  status.state = InstanceState::exited;
  if (tree.main) status.exit_status = store_.load_exit(instance, *tree.main);
  return status;
}

Result<> SupervisorRuntime::wait_exit(const InstanceId& instance, Duration patience) {
  TRY(InstanceStore::check(instance));
  const Tree tree = tree_of(instance, TRY(store_.load(instance)));
  if (!tree.main) return {};
  const UniqueFd pidfd = open_process(*tree.main);
  if (pidfd && !await_end(pidfd, patience.count())) {
    return Error{.code = ErrorCode::timed_out,
                 .message = instance.str() + " still runs after " +
                            std::to_string(patience.count()) + " ms"};
  }
  watcher_->collect(instance);
  clear_leftovers(instance);
  return {};
}

Result<> SupervisorRuntime::freeze(const InstanceId& instance) {
  TRY(InstanceStore::check(instance));
  const auto mutex = lock_of(instance);
  const std::lock_guard lock(*mutex);
  const Tree tree = tree_of(instance, TRY(store_.load(instance)));
  if (!runs(tree) || control_->frozen(tree)) return {};
  return in_context("freeze " + instance.str(), control_->freeze(tree));
}

Result<> SupervisorRuntime::thaw(const InstanceId& instance) {
  TRY(InstanceStore::check(instance));
  const auto mutex = lock_of(instance);
  const std::lock_guard lock(*mutex);
  const Tree tree = tree_of(instance, TRY(store_.load(instance)));
  if (!runs(tree)) return {};
  return in_context("thaw " + instance.str(), control_->thaw(tree));
}

// The sandbox's own processes pass no signal on, so it goes to the program itself.
void SupervisorRuntime::signal_program(const Tree& tree, int signal_number) const {
  const auto inside = Sandbox::look(tree.main->pid);
  const auto target = identify(inside.program.value_or(tree.main->pid));
  if (!target || !alive(*tree.main) || (inside.first && !inside.program)) return;
  const UniqueFd pidfd = open_process(*target);
  if (pidfd) syscall(SYS_pidfd_send_signal, pidfd.get(), signal_number, nullptr, 0);
}

Result<> SupervisorRuntime::stop(const InstanceId& instance, Duration grace) {
  TRY(InstanceStore::check(instance));
  const auto mutex = lock_of(instance);
  const std::lock_guard lock(*mutex);
  const auto record = TRY(store_.load(instance));
  const Tree tree = tree_of(instance, record);
  const UniqueFd pidfd = tree.main ? open_process(*tree.main) : UniqueFd();
  if (pidfd && runs(tree) && grace > Duration::zero()) {
    // The signal waits for a frozen program, so it is there first when the program goes on.
    signal_program(tree, record->stop_signal);
    if (control_->frozen(tree)) TRY(in_context("stop " + instance.str(), control_->thaw(tree)));
    await_end(pidfd, grace.count());
  }
  TRY(in_context("stop " + instance.str(), control_->kill(tree)));
  if (pidfd) await_end(pidfd, Duration(std::chrono::seconds(5)).count());
  watcher_->collect(instance);
  control_->discard(tree);
  store_.remove(instance);
  networks_.leave(instance);
  return {};
}

Result<std::vector<InstanceId>> SupervisorRuntime::list() {
  std::set<InstanceId> found;
  for (auto& id : TRY(store_.list())) found.insert(std::move(id));
  for (auto& id : control_->populated()) found.insert(std::move(id));
  return std::vector<InstanceId>(found.begin(), found.end());
}

Result<std::string> SupervisorRuntime::log(const InstanceId& instance, std::size_t bytes) {
  TRY(InstanceStore::check(instance));
  return store_.read_log(instance, bytes);
}

// Without the instance's lock, which is held for as long as somebody waits for its end. What the
// program leaves behind is killed as at every end.
void SupervisorRuntime::end_for_its_log(const InstanceId& id, std::int64_t grown) {
  const auto record = store_.load(id);
  if (!record || !*record || !(*record)->main) return;
  const UniqueFd pidfd = open_process(*(*record)->main);
  if (!pidfd || syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) != 0) return;
  const std::string why = fmt::format(
      "slipstream ended this program: it wrote {} MiB to its log within moments; {} MiB are the "
      "most that a log may grow between two looks",
      grown >> 20, OutputWatch::growth_max >> 20);
  store_.note_in_log(id, why);
  spdlog::error("{}: {}", id.str(), why);
}

Result<> SupervisorRuntime::forget_log(const InstanceId& instance) {
  TRY(InstanceStore::check(instance));
  const auto mutex = lock_of(instance);
  const std::lock_guard lock(*mutex);
  if (runs(tree_of(instance, TRY(store_.load(instance))))) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = instance.str() + " is running, and its log is being written"};
  }
  store_.remove_log(instance);
  return {};
}

}  // namespace slip
