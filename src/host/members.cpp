// SPDX-License-Identifier: Apache-2.0
#include "domain/run_settings.h"
#include "host/instances.h"
#include "host/reveal.h"

namespace slip {
namespace {

bool is_running(const InstanceStatus& status) {
  return status.state == InstanceState::running || status.state == InstanceState::frozen;
}

// The weight is a source's among those of its container, which has one of its own.
RunLimits limits_of_each(const RunLimits& of_template, const std::optional<Quota>& quota) {
  RunLimits limits = tighter(of_template, limits_of_what_runs(quota.value_or(Quota())));
  limits.cpu_weight = of_template.cpu_weight;
  return limits;
}

}  // namespace

std::filesystem::path source_directory(const std::filesystem::path& volume,
                                       const std::string& source_name) {
  return volume / source_name;
}

Result<Instances::Ground> Instances::ground_of(const VolumeSpec& volume, Tree need) {
  Ground ground;
  if (!volume.login.empty()) {
    auto kept = machine_.secrets.get(volume.login);
    if (!kept && need == Tree::needed) return std::move(kept).error();
    if (kept) ground.password = kept->reveal();
  }
  if (need == Tree::not_needed) return ground;
  ground.tree = std::make_shared<HeldTree>(TRY(machine_.storage.attach(volume.id)));
  ground.user = TRY(own_user(machine_.info(), volume.number.value_or(kNobodys)));
  return ground;
}

Result<Instances::Member> Instances::member(const VolumeSpec& volume, const SourceSpec& source,
                                            const Ground& ground) {
  // What copies need of a source is not what lets one in at production; a follower does.
  const bool follows = volume.purpose == Purpose::follow;
  auto config = follows ? TRY(reveal(machine_.secrets, source.config))
                        : reveal_what_there_is(machine_.secrets, source.config);
  Member member{.adapter = TRY(machine_.adapter(config.kind)), .source = &source};
  InstanceContext& context = member.context;
  context.id = instance_on(volume.id, source.name);
  context.source_name = source.name;
  context.config = std::move(config);
  if (ground.tree) {
    const auto& tree = ground.tree->path();
    context.directory = follows ? tree : source_directory(tree, source.name);
    member.tree = ground.tree;
    context.trusted =
        TRY(machine_.storage.trusted(volume.id, follows ? kWholeVolume : source.name));
  }
  context.port = source.port;
  context.login = {"", ground.password};
  context.reach = volume.reach;
  context.purpose = volume.purpose;
  // What runs already is still who it was.
  const auto status = TRY(machine_.runtime.status(context.id));
  context.user = is_running(status) ? status.user : ground.user;
  context.connect = [&runtime = machine_.runtime, instance = context.id, port = context.port] {
    return runtime.begin_connect(instance, port);
  };
  return member;
}

Result<std::vector<Instances::Member>> Instances::members(const VolumeSpec& volume, Tree need) {
  std::vector<Member> all;
  if (volume.sources.empty()) return all;
  const auto ground = TRY(ground_of(volume, need));
  std::vector<Sibling> before;  // of the groups already gone through
  std::vector<Sibling> these;
  for (const auto& source : volume.sources) {
    if (!all.empty() && all.back().source->priority != source.priority) {
      before.insert(before.end(), these.begin(), these.end());
      these.clear();
    }
    auto one = TRY(member(volume, source, ground));
    // Most applications cannot even start where nothing can be written.
    if (volume.purpose == Purpose::look && !one.adapter->info().recovers) continue;
    one.context.siblings = before;
    these.push_back(one.adapter->as_sibling(one.context));
    all.push_back(std::move(one));
  }
  return all;
}
// What one of them may reach all reach, since they must reach each other. A follower talks to
// production; and what runs already stays in the network that it is in.
Result<std::vector<Instances::Member>> Instances::members_to_run(const VolumeSpec& volume) {
  auto all = TRY(members(volume));
  bool is_host = false;
  std::optional<TogetherLimits> together;
  if (volume.number) together = TogetherLimits{*volume.number, TRY(limits_together(volume))};
  for (auto& member : all) {
    const auto status = TRY(machine_.runtime.status(member.context.id));
    const bool runs = is_running(status);
    const auto settings = TRY(run_settings(member.context.config));
    member.limits = limits_of_each(settings.limits, volume.quota);
    member.together = together;
    is_host = is_host || member.context.purpose == Purpose::follow ||
              settings.network == RunSettings::Network::host || (runs && status.network.empty());
  }
  for (auto& member : all) member.network = is_host ? VolumeId() : volume.id;
  return all;
}

Result<InstanceState> Instances::state(const Member& member) {
  return TRY(machine_.runtime.status(member.context.id)).state;
}

Error Instances::with_log(const Member& member, Error error) {
  const auto log = machine_.runtime.log(member.context.id, 8192);
  if (log && !log->empty()) error.detail += (error.detail.empty() ? "" : "\n") + *log;
  return error;
}

}  // namespace slip
