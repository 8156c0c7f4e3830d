// SPDX-License-Identifier: Apache-2.0
#include "host/local_host.h"

#include "host/keeping.h"
#include "host/reveal.h"

namespace slip {
namespace {

// Answers one question about one volume.
class Answering {
 public:
  Answering(Instances& instances, const VolumeSpec& volume)
      : instances_(instances), volume_(volume) {}

  Result<HostAnswer> operator()(const AskAllRunning&) {
    return HostAnswer(TRY(instances_.all_running(volume_)));
  }
  Result<HostAnswer> operator()(const AskFollowState&) {
    return HostAnswer(TRY(instances_.follow_state(volume_)));
  }
  Result<HostAnswer> operator()(const AskPositions& asked) {
    return HostAnswer(TRY(instances_.positions(volume_, asked.now)));
  }
  Result<HostAnswer> operator()(const AskLogBetween& asked) {
    return HostAnswer(TRY(instances_.log_between(volume_, asked.from, asked.to)));
  }
  Result<HostAnswer> operator()(const AskLeftOut&) {
    return HostAnswer(TRY(instances_.left_out(volume_)));
  }
  Result<HostAnswer> operator()(const AskNotes& asked) {
    return HostAnswer(TRY(instances_.notes(volume_, asked.source)));
  }
  Result<HostAnswer> operator()(const AskConnection& asked) {
    return HostAnswer(
        TRY(instances_.connection(volume_, asked.source, asked.host, asked.port, asked.show)));
  }

 private:
  Instances& instances_;
  const VolumeSpec& volume_;
};

}  // namespace

Result<> LocalHost::admit(const Order& order) {
  const std::lock_guard lock(mutex_);
  const auto newest = newest_.find(order.operation);
  if (newest != newest_.end() && order.generation < newest->second) {
    return Error{.code = ErrorCode::superseded,
                 .message = fmt::format("step {} of {} was ordered by generation {}, and orders of "
                                        "generation {} have come since",
                                        order.number + 1, order.operation.str(), order.generation,
                                        newest->second),
                 .hint = "Another daemon has taken over."};
  }
  // Nobody is before the first.
  if (order.generation > 1) newest_[order.operation] = order.generation;
  return {};
}

Result<StepFindings> LocalHost::carry_out(const Order& order, const OrderTalk& talk) {
  TRY(admit(order));
  return steps_.carry_out({.order = order, .talk = talk});
}

Result<> LocalHost::take_back(const Order& order, const OrderTalk& talk) {
  TRY(admit(order));
  return steps_.take_back({.order = order, .talk = talk});
}

std::unique_ptr<Keeping> LocalHost::keep(KeepingRules rules) {
  return std::make_unique<LocalKeeping>(machine_, instances_, std::move(rules));
}

Result<> LocalHost::start(const ToStart& to_start, StartWhat what, const KeepGoing& keep_going) {
  TRY(instances_.start(to_start, what, keep_going));
  return {};
}

Result<> LocalHost::stop_all(const std::vector<VolumeSpec>& volumes) {
  Result<> outcome;
  for (const auto& volume : volumes) {
    auto stopped = instances_.stop(volume, StopHow::in_order);
    if (!stopped && outcome) outcome = std::move(stopped);
  }
  std::map<VolumeId, bool> is_over;
  for (const auto& instance : TRY(machine_.runtime.list())) {
    auto stopped = machine_.runtime.stop(instance, Duration(0));
    auto& over = is_over.try_emplace(volume_of(instance), true).first->second;
    over = over && stopped;
    if (!stopped && outcome) outcome = std::move(stopped);
  }
  for (const auto& [volume, over] : is_over) {
    if (over) instances_.let_go(volume);
  }
  return outcome;
}

Result<> LocalHost::let_go(const VolumeSpec& volume) {
  TRY(instances_.stop(volume, StopHow::at_once));
  for (const auto& source : volume.sources) {
    (void)machine_.runtime.forget_log(instance_on(volume.id, source.name));
  }
  instances_.let_go(volume.id);
  return {};
}

Result<> LocalHost::limit(const TogetherLimits& together) {
  return machine_.runtime.limit(together);
}

Result<> LocalHost::lead(std::uint16_t port, const std::optional<Target>& target) {
  TRY(machine_.endpoints.open(port, target));
  return machine_.endpoints.release(port, target);
}

Result<> LocalHost::close(std::uint16_t port) {
  return machine_.endpoints.close(port);
}

bool LocalHost::is_free(std::uint16_t port) {
  return machine_.endpoints.available(port);
}

Result<std::vector<InstanceId>> LocalHost::list() {
  return machine_.runtime.list();
}

Result<InstanceStatus> LocalHost::status(const InstanceId& instance) {
  return machine_.runtime.status(instance);
}

Result<std::string> LocalHost::log(const InstanceId& instance, std::size_t bytes) {
  return machine_.runtime.log(instance, bytes);
}

Result<std::map<InstanceId, std::unique_ptr<LogWatch>>> LocalHost::watch_logs(
    const VolumeSpec& volume) {
  return instances_.watch_logs(volume);
}

Result<> LocalHost::trim_logs(const VolumeSpec& volume, Timestamp keep_since) {
  return instances_.trim_logs(volume, keep_since);
}

Result<> LocalHost::leave_origin(const SourceConfig& config,
                                 const std::vector<SourceConfig>& others) {
  const auto source = reveal_what_there_is(machine_.secrets, config);
  const auto adapter = machine_.adapter(source.kind);
  if (!adapter || !follows(**adapter, source)) return {};
  std::vector<SourceConfig> revealed;
  for (const auto& other : others) {
    revealed.push_back(reveal_what_there_is(machine_.secrets, other));
  }
  return (*adapter)->following()->leave_origin(source, revealed);
}

Result<HostAnswer> LocalHost::answer_to(const VolumeSpec& volume, const HostQuestion& question) {
  return std::visit(Answering(instances_, volume), question);
}

}  // namespace slip
