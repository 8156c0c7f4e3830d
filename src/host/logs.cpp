// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "host/instances.h"

namespace slip {

Result<> Instances::replay(const VolumeSpec& volume, const std::filesystem::path& later,
                           Timestamp until, const Progress& progress) {
  const auto all = TRY(members(volume));
  Duration grain(1);
  for (const auto& member : all) {
    if (const auto* log = member.adapter->log_replay()) grain = std::max(grain, log->log_grain());
  }
  for (const auto& member : all) {
    const auto* log = member.adapter->log_replay();
    if (log == nullptr) continue;
    // Beside a log that knows no finer time than seconds, of which it has all before `until`, the
    // millisecond of `until` would be more than that: an effect without its cause.
    const bool is_finer = log->log_grain() < grain;
    const Timestamp target = is_finer ? until - Duration(1) : until;
    const auto& source = member.context.source_name;
    const bool is_whole = member.context.purpose == Purpose::follow;
    const auto tree = is_whole ? later : source_directory(later, source);
    TRY(in_context("the log of " + source, log->replay(member.context, tree, target, progress)));
  }
  return {};
}

Result<std::map<InstanceId, std::unique_ptr<LogWatch>>> Instances::watch_logs(
    const VolumeSpec& volume) {
  std::map<InstanceId, std::unique_ptr<LogWatch>> watches;
  for (const auto& member : TRY(members(volume))) {
    const auto* log = member.adapter->log_replay();
    if (log == nullptr) continue;
    auto watch = TRY(log->watch_log(member.context));
    if (watch != nullptr) watches.emplace(member.context.id, std::move(watch));
  }
  return watches;
}

Result<> Instances::trim_logs(const VolumeSpec& volume, Timestamp keep_since) {
  for (const auto& member : TRY(members(volume))) {
    const auto* log = member.adapter->log_replay();
    if (log == nullptr) continue;
    TRY(in_context("shorten the log of " + member.context.source_name,
                   log->trim_log(member.context, keep_since)));
  }
  return {};
}

Result<std::int64_t> Instances::log_between(const VolumeSpec& volume,
                                            const std::map<std::string, DataPosition>& from,
                                            const std::map<std::string, DataPosition>& to) {
  std::int64_t bytes = 0;
  for (const auto& member : TRY(members(volume, Tree::not_needed))) {
    const auto first = from.find(member.context.source_name);
    const auto last = to.find(member.context.source_name);
    const auto* log = member.adapter->log_replay();
    if (first == from.end() || last == to.end() || log == nullptr) continue;
    bytes += log->log_between(first->second, last->second);
  }
  return bytes;
}

}  // namespace slip
