// SPDX-License-Identifier: Apache-2.0
#include <ranges>

#include "host/instances.h"

namespace slip {

Result<> Instances::stop(const VolumeSpec& volume, StopHow how) {
  const auto all = TRY(members(volume, Tree::not_needed));
  Result<> outcome;
  for (const auto& member : all | std::views::reverse) {
    const Duration grace = how == StopHow::in_order ? member.adapter->stop_patience() : Duration(0);
    auto stopped = stop_one(member, grace);
    if (!stopped && outcome) outcome = std::move(stopped);
  }
  return outcome;
}

Result<> Instances::stop_one(const Member& member, Duration grace) {
  TRY(end_hook(member));
  if (grace > Duration(0)) TRY(machine_.runtime.thaw(member.context.id));
  return in_context("stop " + member.context.source_name,
                    machine_.runtime.stop(member.context.id, grace));
}

}  // namespace slip
