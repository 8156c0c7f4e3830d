// SPDX-License-Identifier: Apache-2.0
#include <ranges>

#include "host/instances.h"

namespace slip {
namespace {

// Of what has no adapter any more to say so.
constexpr Duration kPatienceWithoutAdapter{30'000};

}  // namespace

Result<> Instances::stop(const VolumeSpec& volume, StopHow how) {
  Result<> outcome;
  for (const SourceSpec& source : volume.sources | std::views::reverse) {
    Duration grace(0);
    if (how == StopHow::in_order) {
      const auto adapter = machine_.adapter(source.config.kind);
      grace = adapter ? (*adapter)->stop_patience() : kPatienceWithoutAdapter;
    }
    auto stopped = stop_one(volume.id, source, grace);
    if (!stopped && outcome) outcome = std::move(stopped);
  }
  if (outcome) let_go(volume.id);
  return outcome;
}

Result<> Instances::stop_one(const VolumeId& volume, const SourceSpec& source, Duration grace) {
  const InstanceId instance = instance_on(volume, source.name);
  TRY(end_hook(instance, source));
  if (grace > Duration(0)) TRY(machine_.runtime.thaw(instance));
  return in_context("stop " + source.name, machine_.runtime.stop(instance, grace));
}

}  // namespace slip
