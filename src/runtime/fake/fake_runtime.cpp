// SPDX-License-Identifier: Apache-2.0
#include "runtime/fake/fake_runtime.h"

#include <algorithm>

namespace slip {
namespace {

bool runs(const InstanceStatus& status) {
  return status.state == InstanceState::running || status.state == InstanceState::frozen;
}

}  // namespace

bool FakeRuntime::running_locked(const InstanceId& instance) const {
  const auto found = entries_.find(instance);
  return found != entries_.end() && runs(found->second.status);
}

void FakeRuntime::on_end(std::function<void(const InstanceId&)> listener) {
  const std::lock_guard lock(on_end_mutex_);
  on_end_ = std::move(listener);
}

void FakeRuntime::tell_end(const InstanceId& instance) {
  const std::lock_guard lock(on_end_mutex_);
  if (on_end_) on_end_(instance);
}

Result<> FakeRuntime::start(const InstanceId& instance, const LaunchSpec& spec) {
  if (on_start_) TRY(on_start_(instance));
  const std::lock_guard lock(mutex_);
  if (running_locked(instance)) return {};
  const auto failing = failing_.find(instance);
  if (failing != failing_.end() || failing_all_) {
    const Error error = failing != failing_.end() ? failing->second : *failing_all_;
    logs_[instance] += error.message + "\n";
    entries_.erase(instance);
    return error;
  }
  entries_[instance] = Entry{spec,
                             {.state = InstanceState::running,
                              .exit_status = {},
                              .network = spec.network,
                              .user = spec.user}};
  logs_[instance] += "started\n";
  changed_.notify_all();
  ++starts_[instance];
  return {};
}

void FakeRuntime::on_start(std::function<Result<>(const InstanceId&)> hook) {
  on_start_ = std::move(hook);
}

Result<InstanceStatus> FakeRuntime::status(const InstanceId& instance) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(instance);
  return found == entries_.end() ? InstanceStatus{} : found->second.status;
}

Result<> FakeRuntime::wait_exit(const InstanceId& instance, Duration patience) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, patience, [&] { return !running_locked(instance); })) return {};
  return Error{.code = ErrorCode::timed_out, .message = instance.str() + " still runs"};
}

Result<> FakeRuntime::freeze(const InstanceId& instance) {
  const std::lock_guard lock(mutex_);
  if (!running_locked(instance)) return {};
  entries_[instance].status.state = InstanceState::frozen;
  ++freezes_;
  return {};
}

Result<> FakeRuntime::thaw(const InstanceId& instance) {
  const std::lock_guard lock(mutex_);
  if (running_locked(instance)) entries_[instance].status.state = InstanceState::running;
  return {};
}

Result<> FakeRuntime::stop(const InstanceId& instance, Duration grace) {
  const bool ends = running(instance);
  if (grace > Duration(0) && on_ask_to_end_ && ends) on_ask_to_end_(instance);
  {
    const std::lock_guard lock(mutex_);
    entries_.erase(instance);
    changed_.notify_all();
  }
  if (ends) tell_end(instance);
  return {};
}

Result<UniqueFd> FakeRuntime::begin_connect(const InstanceId& instance, std::uint16_t) {
  const std::lock_guard lock(mutex_);
  return Error{.code = entries_.contains(instance) ? ErrorCode::unavailable : ErrorCode::not_found,
               .message = instance.str() + " takes no connections"};
}

Result<RunOutcome> FakeRuntime::run_once(const InstanceId& run, const OneRun& what) {
  TRY(stop(run, Duration(0)));
  TRY(start(run, what.spec));
  const auto outcome = on_run_ ? on_run_(run, what) : RunOutcome();
  const bool wanted = !what.keep_going || what.keep_going();
  const std::string said = log(run, what.output_max).value_or("");
  TRY(stop(run, Duration(0)));
  TRY(forget_log(run));
  if (outcome) {
    const auto length = std::min(what.output_max, outcome->output.size());
    return RunOutcome{outcome->exit_status,
                      outcome->output.substr(outcome->output.size() - length)};
  }
  return Error{.code = wanted ? ErrorCode::timed_out : ErrorCode::canceled,
               .message = wanted ? "it did not end in time" : "the program was ended",
               .detail = said};
}

void FakeRuntime::on_run(HowARunEnds how) {
  on_run_ = std::move(how);
}

Result<std::vector<InstanceId>> FakeRuntime::list() {
  const std::lock_guard lock(mutex_);
  std::vector<InstanceId> found;
  for (const auto& [id, entry] : entries_) found.push_back(id);
  return found;
}

Result<std::string> FakeRuntime::log(const InstanceId& instance, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = logs_.find(instance);
  if (found == logs_.end()) return std::string();
  const std::string& text = found->second;
  return text.substr(text.size() - std::min(bytes, text.size()));
}

std::int64_t FakeRuntime::await_output(const InstanceId& instance, std::int64_t seen,
                                       Duration patience) {
  std::unique_lock lock(mutex_);
  std::int64_t size = 0;
  changed_.wait_for(lock, patience, [&] {
    const auto found = logs_.find(instance);
    size = found == logs_.end() ? 0 : std::ssize(found->second);
    return size != seen;
  });
  return size;
}

Result<> FakeRuntime::forget_log(const InstanceId& instance) {
  const std::lock_guard lock(mutex_);
  if (running_locked(instance)) {
    return Error{.code = ErrorCode::precondition_failed, .message = instance.str() + " is running"};
  }
  logs_.erase(instance);
  return {};
}

void FakeRuntime::fail_start(const InstanceId& instance, Error error) {
  const std::lock_guard lock(mutex_);
  failing_[instance] = std::move(error);
}

void FakeRuntime::fail_every_start(Error error) {
  const std::lock_guard lock(mutex_);
  failing_all_ = std::move(error);
}

void FakeRuntime::allow_starts() {
  const std::lock_guard lock(mutex_);
  failing_.clear();
  failing_all_.reset();
}

void FakeRuntime::crash(const InstanceId& instance, int exit_status) {
  {
    const std::lock_guard lock(mutex_);
    if (!running_locked(instance)) return;
    entries_[instance].status = {.state = InstanceState::exited, .exit_status = exit_status};
    changed_.notify_all();
  }
  tell_end(instance);
}

void FakeRuntime::reboot() {
  std::vector<InstanceId> ended;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, entry] : entries_) {
      if (!runs(entry.status)) continue;
      entry.status = {.state = InstanceState::exited, .exit_status = {}};
      ended.push_back(id);
    }
    changed_.notify_all();
  }
  for (const auto& id : ended) tell_end(id);
}

void FakeRuntime::say(const InstanceId& instance, const std::string& text) {
  const std::lock_guard lock(mutex_);
  logs_[instance] += text;
  changed_.notify_all();
}

int FakeRuntime::starts() const {
  const std::lock_guard lock(mutex_);
  int count = 0;
  for (const auto& [id, starts] : starts_) count += starts;
  return count;
}

int FakeRuntime::starts(const InstanceId& instance) const {
  const std::lock_guard lock(mutex_);
  const auto found = starts_.find(instance);
  return found == starts_.end() ? 0 : found->second;
}

Result<> FakeRuntime::limit(const TogetherLimits& together) {
  const std::lock_guard lock(mutex_);
  together_[together.container] = together.limits;
  return {};
}

std::optional<RunLimits> FakeRuntime::together(std::uint32_t container) const {
  const std::lock_guard lock(mutex_);
  const auto found = together_.find(container);
  return found == together_.end() ? std::nullopt : std::optional(found->second);
}

int FakeRuntime::freezes() const {
  const std::lock_guard lock(mutex_);
  return freezes_;
}

bool FakeRuntime::running(const InstanceId& instance) const {
  const std::lock_guard lock(mutex_);
  return running_locked(instance);
}

std::optional<LaunchSpec> FakeRuntime::spec(const InstanceId& instance) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(instance);
  if (found == entries_.end()) return std::nullopt;
  return found->second.spec;
}

std::vector<InstanceId> FakeRuntime::running_instances() const {
  const std::lock_guard lock(mutex_);
  std::vector<InstanceId> found;
  for (const auto& [id, entry] : entries_) {
    if (runs(entry.status)) found.push_back(id);
  }
  return found;
}

}  // namespace slip
