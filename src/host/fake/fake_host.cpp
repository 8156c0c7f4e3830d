// SPDX-License-Identifier: Apache-2.0
#include "host/fake/fake_host.h"

#include <algorithm>
#include <atomic>

namespace slip {
namespace {

// Keeps what is wanted so by the rules alone, in whoever's thread says that something has changed.
class FakeKeeping final : public Keeping {
 public:
  FakeKeeping(Host& host, KeepingRules rules) : host_(host), rules_(std::move(rules)) {}

  void begin(unsigned) override {
    has_begun_ = true;
    settle();
  }
  void end() override { has_begun_ = false; }

  void want(const std::vector<Wanted>& all) override {
    {
      const std::lock_guard lock(mutex_);
      all_ = all;
      std::ranges::stable_sort(all_, {}, &Wanted::rank);
    }
    look_at_all();
  }
  void look_at_all() override {
    if (has_begun_) settle();
  }
  void try_all_now() override { look_at_all(); }
  void settle() override {
    std::vector<Wanted> all;
    {
      const std::lock_guard lock(mutex_);
      all = all_;
    }
    for (const auto& wanted : all) (void)keep(wanted);
  }

 private:
  Result<> keep(const Wanted& wanted) {
    if (!rules_.is_wanted_now(wanted)) return {};
    const auto volume = TRY(rules_.spec(wanted.volume));
    if (!wanted.runs) return host_.let_go(volume);
    if (TRY(host_.ask(volume, AskAllRunning{})) || !rules_.has_room(wanted)) return {};
    return rules_.start(wanted, [&] { return rules_.is_wanted_now(wanted); });
  }

  Host& host_;
  KeepingRules rules_;
  std::mutex mutex_;
  std::vector<Wanted> all_;
  std::atomic<bool> has_begun_ = false;
};

Error not_there(const std::string& id) {
  return Error{.code = ErrorCode::not_found, .message = "there is no " + id};
}

}  // namespace

// Does one step. mutex_ is not held.
class FakeHost::Doing {
 public:
  Doing(FakeHost& host, const Order& order, const OrderTalk& talk)
      : host_(host), order_(order), talk_(talk) {}

  Result<StepFindings> operator()(const CreateVolume& step) { return make(step.volume); }
  Result<StepFindings> operator()(const CloneSnapshot& step) {
    if (!host_.has(step.snapshot)) return not_there(step.snapshot.str());
    return make(step.volume);
  }
  Result<StepFindings> operator()(const ComposeVolume& step) {
    for (const auto& part : step.parts) {
      if (!host_.has(part.snapshot)) return not_there(part.snapshot.str());
    }
    return make(step.volume);
  }
  Result<StepFindings> operator()(const TakeSnapshot& step) {
    return freeze(step.volume, step.snapshot);
  }
  Result<StepFindings> operator()(const KeepWhatIsLeft& step) {
    host_.stop(step.volume);
    return freeze(step.volume, step.snapshot);
  }
  Result<StepFindings> operator()(const StartInstances& step) {
    TRY(host_.start(talk_.to_start, step.what, talk_.keep_going));
    return StepFindings{};
  }
  Result<StepFindings> operator()(const StopInstances& step) {
    host_.stop(step.volume);
    return StepFindings{};
  }
  Result<StepFindings> operator()(const HoldEndpoints& step) {
    for (const auto port : step.ports) {
      if (order_.opens_endpoints) TRY(host_.lead(port, std::nullopt));
    }
    return StepFindings{};
  }
  Result<StepFindings> operator()(const RunHooks& step) {
    for (const auto& source : order_.volume.sources) {
      for (const auto& hook : source.hooks) {
        const Timestamp now = host_.clock_.now();
        if (hook.when != step.when) continue;
        talk_.hook_ran({source.name, hook.when, label_of(hook), now, now, std::nullopt, ""});
      }
    }
    return StepFindings{};
  }
  Result<StepFindings> operator()(const Commit&) { return of_nobody_here(); }
  Result<StepFindings> operator()(const DropVolume&) { return of_nobody_here(); }
  Result<StepFindings> operator()(const ReleaseEndpoints&) { return of_nobody_here(); }
  // What comes from elsewhere, or changes data, which there is none of.
  template <class OtherStep>
  Result<StepFindings> operator()(const OtherStep&) {
    StepFindings findings;
    findings.at = host_.clock_.now();
    findings.positions.emplace("", DataPosition{.at = *findings.at, .position = "fake"});
    return findings;
  }

 private:
  static Error of_nobody_here() { return Error{.message = "no host carries out this step"}; }

  Result<StepFindings> make(const VolumeId& volume) {
    const std::lock_guard lock(host_.mutex_);
    host_.volumes_.insert(volume);
    return StepFindings{};
  }
  Result<StepFindings> freeze(const VolumeId& volume, const SnapshotId& snapshot) {
    StepFindings findings;
    findings.at = host_.clock_.now();
    findings.taken_by = findings.at;
    for (const auto& source : order_.volume.sources) {
      findings.positions.emplace(source.name, DataPosition{.at = *findings.at, .position = ""});
    }
    const std::lock_guard lock(host_.mutex_);
    if (!host_.volumes_.contains(volume)) return not_there(volume.str());
    host_.snapshots_.insert(snapshot);
    return findings;
  }

  FakeHost& host_;
  const Order& order_;
  const OrderTalk& talk_;
};

// Answers one question. mutex_ is held.
class FakeHost::Answering {
 public:
  Answering(const FakeHost& host, const VolumeSpec& volume) : host_(host), volume_(volume) {}

  Result<HostAnswer> operator()(const AskAllRunning&) {
    return HostAnswer(std::ranges::all_of(volume_.sources, [&](const SourceSpec& source) {
      return host_.runs(instance_on(volume_.id, source.name));
    }));
  }
  Result<HostAnswer> operator()(const AskFollowState&) {
    if (volume_.sources.size() != 1) {
      return Error{.message = "no source follows production on " + volume_.id.str()};
    }
    FollowState state;
    const bool runs = host_.runs(instance_on(volume_.id, volume_.sources.front().name));
    if (runs) state.health = FollowHealth::following;
    return HostAnswer(std::move(state));
  }
  Result<HostAnswer> operator()(const AskPositions& asked) {
    std::map<std::string, DataPosition> positions;
    for (const auto& source : volume_.sources) positions[source.name] = {asked.now, ""};
    return HostAnswer(std::move(positions));
  }
  Result<HostAnswer> operator()(const AskLogBetween&) { return HostAnswer(std::int64_t{0}); }
  Result<HostAnswer> operator()(const AskLeftOut&) { return nothing(); }
  Result<HostAnswer> operator()(const AskNotes&) { return nothing(); }
  Result<HostAnswer> operator()(const AskConnection& asked) {
    std::optional<Connection> found;
    if (std::ranges::find(volume_.sources, asked.source, &SourceSpec::name) !=
        volume_.sources.end()) {
      found = {.url = fmt::format("fake://{}:{}/{}", asked.host, asked.port, asked.source),
               .formats = {}};
    }
    return HostAnswer(std::move(found));
  }

 private:
  static Result<HostAnswer> nothing() { return HostAnswer(std::vector<std::string>()); }

  const FakeHost& host_;
  const VolumeSpec& volume_;
};

void FakeHost::add(const SnapshotId& snapshot) {
  const std::lock_guard lock(mutex_);
  snapshots_.insert(snapshot);
}

void FakeHost::add(const VolumeId& volume) {
  const std::lock_guard lock(mutex_);
  volumes_.insert(volume);
}

void FakeHost::fail_next(const std::string& kind, Error error) {
  const std::lock_guard lock(mutex_);
  failing_[kind].push_back(std::move(error));
}

void FakeHost::take(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  taken_.insert(port);
}

std::vector<std::string> FakeHost::orders() const {
  const std::lock_guard lock(mutex_);
  return orders_;
}

bool FakeHost::has(const SnapshotId& snapshot) const {
  const std::lock_guard lock(mutex_);
  return snapshots_.contains(snapshot);
}

int FakeHost::starts(const InstanceId& instance) const {
  const std::lock_guard lock(mutex_);
  const auto found = starts_.find(instance);
  return found == starts_.end() ? 0 : found->second;
}

void FakeHost::crash(const InstanceId& instance) {
  const std::lock_guard lock(mutex_);
  instances_[instance] = InstanceState::exited;
}

bool FakeHost::runs(const InstanceId& instance) const {
  const auto found = instances_.find(instance);
  return found != instances_.end() && found->second == InstanceState::running;
}

void FakeHost::stop(const VolumeId& volume) {
  const std::lock_guard lock(mutex_);
  std::erase_if(instances_, [&](const auto& one) { return volume_of(one.first) == volume; });
}

Result<> FakeHost::admit(const Order& order, std::string_view what) {
  const std::lock_guard lock(mutex_);
  std::uint64_t& newest = newest_[order.operation];
  if (order.generation < newest) {
    return Error{.code = ErrorCode::superseded, .message = "a later generation has ordered since"};
  }
  newest = order.generation;
  const std::string kind(kind_of(order.step));
  orders_.push_back(std::string(what) + " " + kind);
  auto& failures = failing_[kind];
  if (failures.empty()) return {};
  Error error = std::move(failures.front());
  failures.erase(failures.begin());
  return error;
}

Result<StepFindings> FakeHost::carry_out(const Order& order, const OrderTalk& talk) {
  TRY(admit(order, "carry out"));
  return std::visit(Doing(*this, order, talk), order.step);
}

Result<> FakeHost::take_back(const Order& order, const OrderTalk&) {
  TRY(admit(order, "take back"));
  if (const auto* started = std::get_if<StartInstances>(&order.step)) stop(started->volume);
  return {};
}

std::unique_ptr<Keeping> FakeHost::keep(KeepingRules rules) {
  return std::make_unique<FakeKeeping>(*this, std::move(rules));
}

Result<> FakeHost::start(const ToStart& to_start, StartWhat, const KeepGoing& keep_going) {
  const auto volume = TRY(to_start());
  if (!keep_going()) {
    return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
  }
  const std::lock_guard lock(mutex_);
  if (!volumes_.contains(volume.id)) return not_there(volume.id.str());
  for (const auto& source : volume.sources) {
    const InstanceId instance = instance_on(volume.id, source.name);
    if (runs(instance)) continue;
    instances_[instance] = InstanceState::running;
    ++starts_[instance];
  }
  return {};
}

Result<> FakeHost::stop_all(const std::vector<VolumeSpec>&) {
  const std::lock_guard lock(mutex_);
  instances_.clear();
  return {};
}

Result<> FakeHost::let_go(const VolumeSpec& volume) {
  stop(volume.id);
  return {};
}

Result<> FakeHost::limit(const TogetherLimits&) {
  return {};
}

Result<> FakeHost::lead(std::uint16_t port, const std::optional<Target>& target) {
  const std::lock_guard lock(mutex_);
  if (taken_.contains(port)) {
    return Error{.code = ErrorCode::already_exists,
                 .message = fmt::format("another program has port {}", port)};
  }
  led_[port] = target;
  return {};
}

Result<> FakeHost::close(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  led_.erase(port);
  return {};
}

bool FakeHost::is_free(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  return !led_.contains(port) && !taken_.contains(port);
}

Result<std::vector<InstanceId>> FakeHost::list() {
  const std::lock_guard lock(mutex_);
  std::vector<InstanceId> all;
  for (const auto& [instance, state] : instances_) all.push_back(instance);
  return all;
}

Result<InstanceStatus> FakeHost::status(const InstanceId& instance) {
  const std::lock_guard lock(mutex_);
  InstanceStatus status;
  const auto found = instances_.find(instance);
  if (found != instances_.end()) status.state = found->second;
  return status;
}

Result<std::string> FakeHost::log(const InstanceId&, std::size_t) {
  return std::string();
}

Result<std::map<InstanceId, std::unique_ptr<LogWatch>>> FakeHost::watch_logs(const VolumeSpec&) {
  return std::map<InstanceId, std::unique_ptr<LogWatch>>();
}

Result<> FakeHost::trim_logs(const VolumeSpec&, Timestamp) {
  return {};
}

Result<> FakeHost::leave_origin(const SourceConfig&, const std::vector<SourceConfig>&) {
  return {};
}

Result<HostAnswer> FakeHost::answer_to(const VolumeSpec& volume, const HostQuestion& question) {
  const std::lock_guard lock(mutex_);
  return std::visit(Answering(*this, volume), question);
}

}  // namespace slip
